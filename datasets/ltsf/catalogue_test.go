package ltsf

import (
	"errors"
	"strings"
	"testing"
)

func TestLookup(t *testing.T) {
	for given, want := range map[string]string{"ETTh1": "ETTh1", "etth1": "ETTh1", "exchange_rate": "Exchange", "ecl": "Electricity", "weather": "Weather"} {
		info, err := Lookup(given)
		if err != nil || info.Name != want {
			t.Errorf("%q: %q, %v; want %s", given, info.Name, err, want)
		}
	}
}

func TestUnknownNameOffersTheNearest(t *testing.T) {
	for given, want := range map[string]string{"ETTh3": "ETTh1", "wether": "Weather", "trafic": "Traffic", "exchange_rates": "Exchange"} {
		_, err := Lookup(given)
		var unknown *UnknownError
		if !errors.As(err, &unknown) || unknown.Nearest != want {
			t.Errorf("%q: %v, want the offer of %s", given, err, want)
			continue
		}
		wantWords(t, err, given, "did you mean "+want, "ILI")
	}
}

func TestCatalogueIsComplete(t *testing.T) {
	want := "ETTh1 ETTh2 ETTm1 ETTm2 Weather Exchange Electricity Traffic ILI"
	if got := strings.Join(Names(), " "); got != want {
		t.Errorf("names %s, want %s", got, want)
	}
	for _, info := range catalogue {
		if info.Variates == 0 || info.Rows == 0 || len(info.Horizons) != 4 || info.Bytes == 0 || info.Frequency == "" ||
			info.Unit == "" || info.Licence == "" || info.Citation == "" || info.Homepage == "" {
			t.Errorf("%s: an entry is empty", info.Name)
		}
		if info.Split.Test.End > info.Rows {
			t.Errorf("%s: the split ends at row %d of %d", info.Name, info.Split.Test.End, info.Rows)
		}
		for _, sum := range info.SHA256 {
			if len(sum) != 64 {
				t.Errorf("%s: %q is no SHA-256", info.Name, sum)
			}
		}
		for _, source := range info.Sources {
			length := map[string]int{"SHA-256": 64, "MD5": 32}
			algorithm, sum := source.Checksum()
			if len(sum) != length[algorithm] || !strings.HasPrefix(source.URL, "https://") || !strings.HasSuffix(source.URL, source.File) {
				t.Errorf("%s: source %+v", info.Name, source)
			}
		}
	}
}

func TestPublishedSplits(t *testing.T) {
	for name, want := range map[string][3]int{
		"ETTh1": {8640, 2880, 2880}, "ETTm2": {34560, 11520, 11520}, "Weather": {36887, 5270, 10539}, "Exchange": {5311, 760, 1517},
		"Electricity": {18412, 2632, 5260}, "Traffic": {12280, 1756, 3508}, "ILI": {676, 97, 193},
	} {
		info, err := Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		s := info.Split
		if got := [3]int{s.Train.Len(), s.Val.Len(), s.Test.Len()}; got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		if s.Train.Start != 0 || s.Train.End != s.Val.Start || s.Val.End != s.Test.Start {
			t.Errorf("%s: the split %v has a gap or an overlap", name, s)
		}
	}
}

func TestEntriesAreCopies(t *testing.T) {
	info, _ := Lookup("ETTh1")
	info.Horizons[0] = 1
	info.Sources[0].URL = ""
	if again, _ := Lookup("ETTh1"); again.Horizons[0] != 96 || again.Sources[0].URL == "" {
		t.Error("a caller can write into the catalogue")
	}
}

// wantWords checks that an error's sentence has all the words.
func wantWords(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one with %q", words)
		return
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("the error lacks %q:\n%v", word, err)
		}
	}
}
