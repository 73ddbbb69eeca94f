// Package ltsftest lends tests the real data sets where the machine has them.
//
// The files may not be part of this module, so they lie in the folder shared/data beside it. A test that needs them
// calls [Dirs] and is skipped where that folder is absent.
package ltsftest

import (
	"os"
	"path/filepath"
	"testing"
)

// Dirs returns the search path of tests, the folder shared/data beside the module's root. It skips the test when
// there is no such folder.
func Dirs(tb testing.TB) []string {
	tb.Helper()
	root, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		parent := filepath.Dir(root)
		if parent == root {
			tb.Fatal("there is no go.mod above the working directory")
		}
		root = parent
	}
	dir := filepath.Join(root, "..", "shared", "data")
	if st, err := os.Stat(dir); err != nil || !st.IsDir() {
		tb.Skipf("needs the real data sets in %s (ett/ETTh1.csv.gz and so on)", dir)
	}
	return []string{dir}
}
