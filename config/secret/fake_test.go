package secret

import (
	"context"
	"errors"
	"testing"

	"github.com/zalando/go-keyring"
)

// memory is a vault for tests. With err it fails, with hang it waits for it
// to be closed.
type memory struct {
	items map[string]string
	err   error
	hang  chan struct{}
}

func (m memory) wait() error {
	if m.hang != nil {
		<-m.hang
	}
	return m.err
}

func (m memory) Get(service, item string) (string, error) {
	if err := m.wait(); err != nil {
		return "", err
	}
	if text, ok := m.items[service+"/"+item]; ok {
		return text, nil
	}
	return "", keyring.ErrNotFound
}

func (m memory) Set(service, item, text string) error {
	if err := m.wait(); err != nil {
		return err
	}
	m.items[service+"/"+item] = text
	return nil
}

func (m memory) Delete(service, item string) error {
	if _, err := m.Get(service, item); err != nil {
		return err
	}
	delete(m.items, service+"/"+item)
	return nil
}

// useVault replaces the system's keyring for one test.
func useVault(t *testing.T, v vault) {
	before := system
	system = v
	t.Cleanup(func() { system = before })
}

// typing is a Prompt that answers, and notes the question.
func typing(text string, question *string) Prompt {
	return func(_ context.Context, q string) (Secret, error) {
		*question = q
		return Parse(text)
	}
}

// hintOf finds an error's way out as the command line does.
func hintOf(err error) string {
	var hinter interface{ Hint() string }
	if errors.As(err, &hinter) {
		return hinter.Hint()
	}
	return ""
}
