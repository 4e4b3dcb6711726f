package measure

import (
	"fmt"
	"time"
)

// Usage is what a command took, with all the processes that it waited for.
type Usage struct {
	Wall time.Duration
	CPU  time.Duration // user and system
	Peak int64         // bytes of memory of the largest process
}

const format = "wall %d ns, cpu %d ns, memory %d bytes\n"

// Text is one line.
func (u Usage) Text() []byte { return fmt.Appendf(nil, format, u.Wall, u.CPU, u.Peak) }

// Parse reads what Text returned.
func Parse(text []byte) (u Usage, err error) {
	_, err = fmt.Sscanf(string(text), format, &u.Wall, &u.CPU, &u.Peak)
	return u, err
}
