package ltsf

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// write makes a file below dir and returns its path.
func write(t *testing.T, dir, name, content string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSearchPath(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_DATA_HOME", "")
	t.Setenv(EnvData, strings.Join([]string{"/a", "/b", "/a"}, string(os.PathListSeparator)))
	want := []string{"/flag", "/a", "/b", filepath.Join(home, ".local/share/mambamixer")}
	if got := SearchPath("/flag"); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}

	t.Setenv(EnvData, "")
	t.Setenv("XDG_DATA_HOME", "/xdg")
	if got, want := SearchPath(""), []string{"/xdg/mambamixer"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestFind(t *testing.T) {
	for name, files := range map[string][]string{
		"ETTh1":       {"ETT-small/ETTh1.csv", "ETTh1.csv", "ETT-small/ETTh1.csv.gz", "ETTh1.csv.gz", "ett/ETTh1.csv.gz"},
		"Exchange":    {"exchange_rate/exchange_rate.csv.gz", "exchange_rate/exchange_rate.txt.gz", "exchange_rate.txt"},
		"Electricity": {"electricity/electricity.csv", "electricity/electricity.txt.gz", "electricity.txt.gz"},
		"ILI":         {"illness/national_illness.csv", "national_illness.csv.gz"},
	} {
		for _, file := range files {
			dir := t.TempDir()
			want := write(t, dir, file, "")
			got, err := Find(name, []string{filepath.Join(dir, "absent"), dir})
			if err != nil || got != want {
				t.Errorf("%s: found %q, %v; want %q", name, got, err, want)
			}
		}
	}
}

func TestFindTakesTheFirstFolder(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	want := write(t, first, "ETTh1.csv.gz", "")
	write(t, second, "ETT-small/ETTh1.csv", "")
	if got, err := Find("ETTh1", []string{first, second}); err != nil || got != want {
		t.Errorf("found %q, %v; want %q", got, err, want)
	}
}

func TestMissingDataSaysWhatToDo(t *testing.T) {
	there, absent := t.TempDir(), filepath.Join(t.TempDir(), "absent")
	_, err := Load("ETTh1", []string{there, absent})
	var missing *MissingError
	if !errors.As(err, &missing) {
		t.Fatalf("%v is no MissingError", err)
	}
	wantWords(t, err, "ETTh1 is not on this machine", "ETT-small/ETTh1", ".csv.gz", "in "+there, absent+" (no such folder)",
		"https://raw.githubusercontent.com/zhouhaoyi/ETDataset/main/ETT-small/ETTh1.csv", "2589657 bytes",
		"SHA-256 f18de3ad269cef59bb07b5438d79bb3042d3be49bdeecf01c1cd6d29695ee066", "mambamixer data get ETTh1")
	if list := List([]string{there}); list[0].Present() || !errors.As(list[0].Err, &missing) {
		t.Errorf("listed as %+v", list[0])
	}
}
