package pop3d

import (
	"embed"
	"strings"
)

//go:embed sample/*.eml
var sampleFiles embed.FS

// Sample is a dozen messages to look at, as invented people might have sent
// them, each with its file's name for a UID.
func Sample() []Message {
	var messages []Message
	for _, entry := range mustEmbed(sampleFiles.ReadDir("sample")) {
		messages = append(messages, Message{
			UID:  strings.TrimSuffix(entry.Name(), ".eml"),
			Body: mustEmbed(sampleFiles.ReadFile("sample/" + entry.Name())),
		})
	}
	return messages
}

// mustEmbed is a value that comes from inside the program, and so without error.
func mustEmbed[T any](value T, err error) T {
	if err != nil {
		panic("pop3d: " + err.Error())
	}
	return value
}
