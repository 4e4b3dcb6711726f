package pop3d

import "io"

// What the tests need of the inside. They are in a package of their own, as
// they import package fault, which imports this one.

var (
	Dot              = dot
	ErrNoCertificate = errNoCertificate
	ErrNotSTLS       = errNotSTLS
)

const (
	DefaultLockWait = defaultLockWait
	MaxQueue        = maxQueue
	MaxWrite        = maxWrite
)

// A DotWriter is a dotWriter.
type DotWriter = dotWriter

func NewDotWriter(w io.Writer) *DotWriter { return &dotWriter{w: w, atStart: true} }

func (d *dotWriter) End() { d.writeFinalDot() }

func NewTopReader(r io.Reader, lines int64) io.Reader { return &topReader{r: r, lines: lines} }

func (m *Message) WireSize() int64 { return m.wireSize() }

func (s *Server) MaildropOf(name string) *Maildrop { return s.maildropOf(name) }
