package watch

import (
	"context"
	"os"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"

	"popfetch/command/term"
)

// notifyTime is how long systemd may take to hear us out.
const notifyTime = time.Second

// notifySystemd tells systemd, or who else set NOTIFY_SOCKET, how the program is;
// see sd_notify(3). Nothing depends on whether it listens.
func (w *Watch) notifySystemd(state string) {
	if os.Getenv("NOTIFY_SOCKET") == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), notifyTime)
	defer cancel()
	if _, err := term.Await(ctx, func() (bool, error) { return daemon.SdNotify(false, state) }); err != nil {
		w.Unheard(err)
	}
}

// reloadingState says that the configuration is about to be read, and when that was,
// which Type=notify-reload asks for.
func reloadingState() string { return daemon.SdNotifyReloading + "\n" + daemon.SdNotifyMonotonicUsec() }

// pingEvery is how often systemd wants to hear that the program isn't stuck:
// twice in the time that it waits. It is 0 if it doesn't.
func pingEvery() time.Duration {
	wait, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		return 0
	}
	return wait / 2
}
