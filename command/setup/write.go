package setup

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"popfetch/config"
	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/trusted"
)

// write keeps the password and adds the account to the file as it is by now.
// No other run does either meanwhile: it might have chosen the same name.
func (s *setup) write(ctx context.Context, way byte) (draft config.Draft, err error) {
	release, err := s.Lock(ctx)
	if err != nil {
		return draft, err
	}
	defer release()
	if s.file, err = config.ReadFile(s.file.Path); err != nil {
		return draft, &FileError{Err: err}
	}
	a, draft, err := s.make()
	if err != nil { // as with a name that is taken by now
		return draft, err
	}
	if _, _, err := s.file.Add(draft); err == nil {
		if err := s.CheckMailbox(ctx, a); err != nil {
			return draft, err
		}
	}
	password, err := s.keepBy(ctx, way)
	if err != nil {
		return draft, err
	}
	if _, draft, err = s.make(); err == nil {
		err = s.add(draft)
	}
	switch {
	case err == nil, is[*config.PlaceError](err):
		if password.where != "" {
			s.Remark(s.name, "the password is %s", password.where)
		}
	case !s.isWritten():
		password.remove()
	}
	return draft, err
}

// add writes the file with the account.
func (s *setup) add(draft config.Draft) error {
	text, _, err := s.file.Add(draft)
	if err != nil {
		return taken(asConfigError(err))
	}
	if err := replaceConfig(s.file, text); err != nil {
		return &store.Error{Op: "write the configuration", Err: err}
	}
	return nil
}

// isWritten reports whether the file has the account, for all that went wrong,
// or may have it.
func (s *setup) isWritten() bool {
	file, err := config.ReadFile(s.file.Path)
	if err != nil {
		return true
	}
	all, err := file.Config()
	if err != nil {
		return true
	}
	_, isTaken := all.Taken(s.name)
	return isTaken
}

// replaceConfig puts a text in the place of the file, as a whole or not at all.
// A link stays one, and the file has the mode and the owner that it had.
func replaceConfig(file *config.File, text []byte) error {
	path, err := trusted.Resolve(file.Path, trusted.Keep)
	if err != nil {
		return err
	}
	if file.Info != nil {
		f, err := os.OpenFile(path, os.O_WRONLY, 0) // is it meant to be written?
		if err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	dir, _, err := durable.MakeCommon(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer dir.Close()
	temp := "." + filepath.Base(path) + ".popfetch-new"
	if err := dir.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	err = fill(dir, temp, file.Info, text)
	if err == nil {
		err = dir.Rename(temp, filepath.Base(path))
	}
	if err != nil {
		_ = dir.Remove(temp) // the first error is the one to tell
		return err
	}
	return dir.Sync(".")
}

// fill writes a new file that is like another.
func fill(dir *durable.Dir, name string, like fs.FileInfo, text []byte) error {
	f, err := dir.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if like != nil {
		if err := errors.Join(keepOwner(f.OS(), like), f.OS().Chmod(like.Mode().Perm())); err != nil {
			return err
		}
	}
	if _, err := f.Write(text); err != nil {
		return err
	}
	return f.Sync()
}
