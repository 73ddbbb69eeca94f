package main

import (
	"strings"
	"testing"
)

// TestStandIn: where the data isn't at hand, the smoke tier takes generated data under its own name; others do if they are asked to.
func TestStandIn(t *testing.T) {
	dir := t.TempDir()
	i := invocation{dir: dir}
	stdout, stderr, code := i.run(t, "run", "nlinear/ETTh1/96", "-tier", "smoke")
	if code != 0 || !strings.Contains(stderr, "ETTh1 is not on this machine") || !strings.Contains(stdout, "synthetic") || strings.Contains(stdout, "ETTh1") {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
	for _, test := range []struct{ args, says string }{
		{"vim2-nano/cifar10 -tier smoke", "vim2-nano/shapes"},
		{"tsm2/M5-280/28 -tier smoke", "tsm2/shops/28"},
		{"vim2-nano/cifar10 -stand-in", "vim2-nano/shapes"},
	} {
		stdout, stderr, code := i.run(t, append([]string{"sweep", "-dry"}, strings.Fields(test.args)...)...)
		if code != 0 || !strings.Contains(stdout, test.says) {
			t.Errorf("%s: exit %d: %s%s", test.args, code, stdout, stderr)
		}
	}
	i.fails(t, 1, []string{"ETTh1 is not on this machine", "by -stand-in"}, "run", "nlinear/ETTh1/96")
}
