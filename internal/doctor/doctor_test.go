package doctor

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"

	"mambamixer/datasets/ltsf"
	"mambamixer/notebooks/kernel"
)

func TestReportOnThisMachine(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "nothing")
	var out strings.Builder
	if err := Report([]string{dir}, &out); err != nil {
		t.Errorf("want no error for missing data, got %v", err)
	}
	for _, want := range []string{"a test graph runs", "devices", "cores", dir + " (not there yet)", "data get ETTh1", "Everything needed works"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("want %q in the report", want)
		}
	}
	t.Logf("\n%s", &out)
}

func TestMarks(t *testing.T) {
	pureGo, err := compute.NewWithConfig("go")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ETTh1.csv")
	info, err := ltsf.Lookup("ETTh1")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		check func(r *report)
		want  string
		fails bool
	}{
		{"no backend", func(r *report) { r.backend(nil, errors.New("the plugin is broken")) },
			"FAIL  backend      the plugin is broken", true},
		{"pure Go", func(r *report) { r.backend(pureGo, nil) }, "warn  backend", false},
		{"GoNB", func(r *report) { r.notebooks(&kernel.Setup{}, nil) }, "ok    notebooks    GoNB " + kernel.GoNB, false},
		{"no GoNB", func(r *report) { r.notebooks(nil, errors.New("GoNB was not found")) }, "warn  notebooks    GoNB was not found", false},
		{"set there", func(r *report) {
			r.data(nil, []ltsf.Status{{Info: info, Path: file, Bytes: 2589657, Checksum: ltsf.ChecksumOK}})
		}, "ok    ETTh1        " + file + ", 2.5 MiB, checksum ok", false},
		{"set missing", func(r *report) {
			r.data(nil, []ltsf.Status{{Info: info, Err: &ltsf.MissingError{Info: info}}})
		}, "warn  ETTh1", false},
		{"set damaged", func(r *report) {
			r.data(nil, []ltsf.Status{{Info: info, Path: file, Err: errors.New("wrong checksum")}})
		}, "FAIL  ETTh1        wrong checksum", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			r := &report{w: &out}
			test.check(r)
			err := r.close()
			if (err != nil) != test.fails {
				t.Errorf("want an error: %v, got %v", test.fails, err)
			}
			if !strings.Contains(out.String(), test.want) {
				t.Errorf("want %q in:\n%s", test.want, &out)
			}
		})
	}
}

func TestUnwritable(t *testing.T) {
	f, err := os.Open(os.DevNull) // for reading only
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := &report{w: f}
	r.ok("subject", "text")
	if err := r.close(); err == nil || !strings.Contains(err.Error(), "could not be written") {
		t.Errorf("want an error that says so, got %v", err)
	}
}
