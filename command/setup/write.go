package setup

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"popfetch/config"
	"popfetch/store"
	"popfetch/store/durable"
	"popfetch/store/trusted"
)

// writeOrShow writes the account, or shows it.
func (s *setup) writeOrShow(ctx context.Context, a Answers, c choice, k kept) error {
	_, draft, err := s.makeAccount(a, c, k)
	if err != nil {
		return err
	}
	if a.DryRun {
		s.PrintResult("%s", strings.TrimSuffix(draft.String(), "\n"))
		return nil
	}
	draft, way, err := s.keepAccount(ctx, a, c, k)
	if unplaced, ok := errors.AsType[*config.PlaceError](err); ok {
		s.PrintResult("%s", strings.TrimSuffix(unplaced.Draft.String(), "\n"))
		return &FileError{err, "write these lines into it by hand"}
	}
	if err == nil {
		s.printNextSteps(a, c, k, draft, way)
		s.printLedgerNote(a.Name)
	}
	return err
}

// writeAccount keeps the password and adds the account to the file as it is by now.
// No other run does either meanwhile: it might have chosen the same name.
func (s *setup) writeAccount(ctx context.Context, a Answers, c choice, k kept, way byte) (draft config.Draft, err error) {
	release, err := s.Lock(ctx)
	if err != nil {
		return draft, err
	}
	defer release()
	if s.file, err = config.ReadFile(s.file.Path); err != nil {
		return draft, &FileError{Err: err}
	}
	account, draft, err := s.makeAccount(a, c, k)
	if err != nil { // as with a name that is taken by now
		return draft, err
	}
	if _, _, err := s.file.AddAccount(draft); err == nil {
		if err := s.CheckMailbox(ctx, account); err != nil {
			return draft, err
		}
	}
	if k, err = s.keepPassword(ctx, account, k, way); err != nil {
		return draft, err
	}
	if _, draft, err = s.makeAccount(a, c, k); err == nil {
		err = s.addDraft(draft)
	}
	switch {
	case err == nil, isError[*config.PlaceError](err):
		if k.where != "" {
			s.PrintNote(a.Name, "the password is %s", k.where)
		}
	case !s.isWritten(a.Name):
		k.remove()
	}
	return draft, err
}

// addDraft writes the file with the account.
func (s *setup) addDraft(draft config.Draft) error {
	text, _, err := s.file.AddAccount(draft)
	if err != nil {
		return asTakenName(asFileError(err))
	}
	if err := replaceConfig(s.file, text); err != nil {
		return &store.Error{Op: "write the configuration", Err: err}
	}
	return nil
}

// isWritten reports whether the file has the account, for all that went wrong,
// or may have it.
func (s *setup) isWritten(account string) bool {
	file, err := config.ReadFile(s.file.Path)
	if err != nil {
		return true
	}
	all, err := file.Config()
	if err != nil {
		return true
	}
	_, isTaken := all.FindTaken(account)
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
		f, err := trusted.OpenWritable(path, trusted.Keep) // is it meant to be written?
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
	err = fillLike(dir, temp, file.Info, text)
	if err == nil {
		err = dir.Rename(temp, filepath.Base(path))
	}
	if err != nil {
		_ = dir.Remove(temp) // the first error is the one to tell
		return err
	}
	return dir.Sync(".")
}

// fillLike writes a new file that is like another.
func fillLike(dir *durable.Dir, name string, like fs.FileInfo, text []byte) error {
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
