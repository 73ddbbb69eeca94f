package main

import (
	"strings"
	"testing"
)

func TestDataOfScenes(t *testing.T) {
	folder := t.TempDir()
	out, _, code := invocation{}.run(t, "data", "list", "-data", folder)
	if code != 0 || !strings.Contains(out, "ade20k-sample") || !strings.Contains(out, "figures") {
		t.Errorf("exit %d: %s", code, out)
	}
	out, _, code = invocation{}.run(t, "data", "check", "figures")
	if code != 0 || !strings.Contains(out, "4 classes") || !strings.Contains(out, "100 test pictures, all with a class for each pixel") {
		t.Errorf("exit %d: %s", code, out)
	}
	out, _, code = invocation{}.run(t, "data", "check", "things")
	if code != 0 || !strings.Contains(out, "3 classes") || !strings.Contains(out, "400 training pictures, all with the masks of their objects") {
		t.Errorf("exit %d: %s", code, out)
	}
	out, _, code = invocation{}.run(t, "data", "get", "figures")
	if code != 0 || !strings.Contains(out, "figures is here already: in the program") {
		t.Errorf("exit %d: %s", code, out)
	}
	invocation{}.fails(t, 1, []string{"the scenes ade20k are not on this machine", "ADEChallengeData2016.zip"}, "data", "get", "ade20k", "-data", folder)
}
