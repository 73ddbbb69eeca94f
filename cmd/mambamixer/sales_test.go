package main

import (
	"strings"
	"testing"
)

func TestDataOfSales(t *testing.T) {
	folder := t.TempDir()
	out, _, code := invocation{}.run(t, "data", "list", "-data", folder)
	if code != 0 || !strings.Contains(out, "M5-280") || !strings.Contains(out, "shops") {
		t.Errorf("exit %d: %s", code, out)
	}
	out, _, code = invocation{}.run(t, "data", "check", "shops")
	if code != 0 || !strings.Contains(out, "4 stores, 8 items, 730 days from 2020-01-04 to 2022-01-02; selection from day 675, test from day 703, 28 days each") {
		t.Errorf("exit %d: %s", code, out)
	}
	invocation{}.fails(t, 1, []string{"the sales M5 are not on this machine", "m5/sell_prices.csv", "unpacked in the folder m5"}, "data", "get", "M5", "-data", folder)
	invocation{}.fails(t, 1, []string{"the sales M5-280 are not on this machine"}, "run", "tsm2/M5-280/28", "-data", folder)
}
