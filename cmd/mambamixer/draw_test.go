package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDraw(t *testing.T) {
	i := invocation{dir: t.TempDir()}
	if listed, _, code := i.run(t, "draw"); code != 0 || !strings.Contains(listed, "fig1") {
		t.Errorf("exit code %d, list: %s", code, listed)
	}
	for _, test := range []struct{ args, file, holds string }{
		{"fig1", "fig1.svg", "layer 1: channel mixer"},
		{"tsm2/ETTh1/96 -detail insides -set model.layers=1", "tsm2-ETTh1-96.svg", "Conv"},
		{"tsm2/synthetic/96 -o whole.svg", "whole.svg", "Forecast"},
		{"fig3 -o a.png", "a.png", "PNG"},
	} {
		out, stderr, code := i.run(t, append([]string{"draw"}, strings.Fields(test.args)...)...)
		if code != 0 || strings.TrimSpace(out) != test.file {
			t.Fatalf("draw %s: exit code %d, %s%s", test.args, code, out, stderr)
		}
		if drawn, err := os.ReadFile(filepath.Join(i.dir, test.file)); err != nil || !strings.Contains(string(drawn), test.holds) {
			t.Errorf("draw %s: %s lacks %q (%v)", test.args, test.file, test.holds, err)
		}
	}
}

func TestDrawRefuses(t *testing.T) {
	i := invocation{dir: t.TempDir()}
	i.fails(t, 2, []string{`no spec "tsm2/ETTh1/69"`}, "draw", "tsm2/ETTh1/69")
	i.fails(t, 2, []string{"2 names"}, "draw", "fig1", "fig3")
	i.fails(t, 2, []string{"-set changes a spec, and fig1 is none"}, "draw", "fig1", "-set", "model.layers=2")
	i.fails(t, 2, []string{`"inside"`, "insides"}, "draw", "fig1", "-detail", "inside")
	i.fails(t, 1, []string{"DLinear does not say what it is made of"}, "draw", "dlinear/ETTh1/96")
	i.fails(t, 1, []string{"patch_length 600 is longer than the history"}, "draw", "tsm2/ETTh1/96", "-set", "model.patch_length=600")
	i.fails(t, 1, []string{".png, .svg or .pdf"}, "draw", "fig1", "-o", "fig1.jpg")
	i.fails(t, 2, []string{"Greek letters"}, "draw", "fig1", "-o", "fig1.pdf")
	if left, _ := filepath.Glob(filepath.Join(i.dir, "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
