package measure_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"popfetch/testdata/bench/measure"
)

// timed builds the program that measures.
func timed(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "timed")
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-o", path, "popfetch/testdata/bench/timed").CombinedOutput(); err != nil {
		t.Fatalf("build timed: %v\n%s", err, out)
	}
	return path
}

func shell(script string, fine ...int) measure.Command {
	return measure.Command{
		Args: []string{"sh", "-c", script}, Env: []string{"PATH=" + os.Getenv("PATH")}, Dir: "/", Fine: fine,
	}
}

func TestRun(t *testing.T) {
	program := timed(t)
	usage, out, err := measure.Run(t.Context(), program, shell("sleep 0.2; echo done"))
	if err != nil || out != "done\n" {
		t.Fatalf("output %q, error %v", out, err)
	}
	if usage.Wall < 200*time.Millisecond || usage.CPU > usage.Wall || usage.Peak == 0 {
		t.Errorf("sleep 0.2 took %+v", usage)
	}

	if _, _, err := measure.Run(t.Context(), program, shell("echo no way >&2; exit 3")); err == nil || !strings.Contains(err.Error(), "no way") {
		t.Errorf("exit 3: error %v", err)
	}
	if _, _, err := measure.Run(t.Context(), program, shell("exit 3", 1, 3)); err != nil {
		t.Errorf("exit 3, which is fine: error %v", err)
	}
}

// TestMemory checks that the memory of this process isn't taken for that of the command.
func TestMemory(t *testing.T) {
	ballast := make([]byte, 64<<20)
	for i := range ballast {
		ballast[i] = byte(i)
	}
	usage, _, err := measure.Run(t.Context(), timed(t), shell("true"))
	if err != nil {
		t.Fatal(err)
	}
	if usage.Peak > 16<<20 {
		t.Errorf("true took %d bytes of memory", usage.Peak)
	}
	_ = ballast[len(ballast)-1]
}

func TestRunStopped(t *testing.T) {
	program := timed(t)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, _, err := measure.Run(ctx, program, shell("sleep 60 & sleep 60")); err == nil {
		t.Error("no error from a command that was stopped")
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("it took %v to stop", took)
	}
}
