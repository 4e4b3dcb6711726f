package oauth

import (
	"net/url"
	"time"

	"popfetch/config/secret"
)

// Settings are what the configuration says of an account's provider.
type Settings struct {
	Provider     string // google, microsoft or empty
	AuthURL      string // each of the three in the place of the provider's own
	TokenURL     string
	DeviceURL    string
	ClientID     string
	ClientSecret secret.Secret
	Scopes       []string // in the place of the provider's own
	Login        string   // the user's name, which spares typing it in the browser
	Proxy        *url.URL // SOCKS5, for the requests; nil: as the environment says
}

// An Account is the sign-in of one account. Its fields are read only once its
// first method is called; then its methods may be called concurrently.
type Account struct {
	Settings
	Server     string // the one host that is shown the access token
	Item       string // where the token is in the keyring
	File       File   // where the token is without a keyring
	KeepInFile bool   // don't ask the keyring at sign-in
	Lock       string // file that keeps two runs off one token; its folder exists
	Command    string // what signs in, for hints: popfetch login work
}

// A File keeps the token in a file that only its owner can read.
type File interface {
	// Read returns what is kept, or an error that wraps fs.ErrNotExist.
	Read() ([]byte, error)
	// Replace writes all of it or nothing, and durably.
	Replace(data []byte) error
	// Remove returns an error that wraps fs.ErrNotExist where there is none.
	Remove() error
	// Path is the file's name, for a person to read.
	Path() string
}

// Kept tells what became of a token that a sign-in brought.
type Kept struct {
	InFile    bool
	Path      string    // of the file
	Why       error     // why it isn't in the keyring; nil where the file was asked for
	NoRefresh bool      // the provider gave no refresh token: the sign-in ends with the access token
	Expires   time.Time // when the access token does; zero where the provider didn't say
}
