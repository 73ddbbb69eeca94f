package m5

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mambamixer/datasets/ltsf"
)

// written is a set in the layout of M5's files.
type written struct{ sales, calendar, prices string }

// write puts a set into that layout.
func write(s *Set) written {
	var sales, calendar, prices strings.Builder
	sales.WriteString("id,item_id,dept_id,cat_id,store_id,state_id")
	calendar.WriteString("date,wm_yr_wk,weekday,wday,month,year,d,event_name_1,event_type_1,event_name_2,event_type_2,snap_N,snap_S\n")
	for i, day := range s.Days {
		fmt.Fprintf(&sales, ",d_%d", i+1)
		events, stamps := append(slices.Clone(day.Events), "", ""), map[bool]string{true: "1", false: "0"}
		fmt.Fprintf(&calendar, "%s,%d,%s,1,1,2020,d_%d,name,%s,name,%s,%s,%s\n", day.Date.Format("2006-01-02"), day.Week, day.Date.Weekday(), i+1,
			events[0], events[1], stamps[slices.Contains(day.SNAP, "N")], stamps[slices.Contains(day.SNAP, "S")])
	}
	sales.WriteString("\n")
	prices.WriteString("store_id,item_id,wm_yr_wk,sell_price\n")
	for g, store := range s.Stores {
		for m, item := range s.Items {
			fmt.Fprintf(&sales, "%s_%s_evaluation,%s,%s,%s,%s,%s", item.ID, store.ID, item.ID, item.Department, item.Category, store.ID, store.State)
			for day := range s.Days {
				fmt.Fprintf(&sales, ",%g", s.UnitsAt(day, g, m))
				if day%7 == 0 {
					fmt.Fprintf(&prices, "%s,%s,%d,%g\n", store.ID, item.ID, s.Days[day].Week, s.Prices[s.at(day, g, m)])
				}
			}
			sales.WriteString("\n")
		}
	}
	return written{sales.String(), calendar.String(), prices.String()}
}

var likeShops = Info{Name: "test", Stores: 4, Items: 8, Days: generatedDays, sales: "sales.csv", calendar: "calendar.csv", prices: "prices.csv"}

// load writes the files below a data folder, the sales compressed, and reads them.
func (w written) load(t *testing.T) (*Set, error) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "m5"), 0o755); err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte(w.sales))
	z.Close()
	for name, content := range map[string][]byte{"sales.csv.gz": packed.Bytes(), "calendar.csv": []byte(w.calendar), "prices.csv": []byte(w.prices)} {
		if err := os.WriteFile(filepath.Join(dir, "m5", name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	paths, err := likeShops.find([]string{filepath.Join(dir, "nowhere"), dir})
	if err != nil {
		t.Fatal(err)
	}
	return likeShops.read(paths)
}

// What is written in M5's layout is read back as it was.
func TestRead(t *testing.T) {
	want := Generate()
	got, err := write(want).load(t)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Units, want.Units) || !slices.Equal(got.Prices, want.Prices) || !slices.Equal(got.Stores, want.Stores) || !slices.Equal(got.Items, want.Items) {
		t.Error("units, prices, stores or items differ")
	}
	for i, day := range got.Days {
		w := want.Days[i]
		if !day.Date.Equal(w.Date) || day.Week != w.Week || !slices.Equal(day.Events, w.Events) || !slices.Equal(day.SNAP, w.SNAP) {
			t.Fatalf("day %d is %v, want %v", i, day, w)
		}
	}
	if got.Val != want.Val || got.Test != want.Test || got.Synthetic || len(got.SHA256) != 64 {
		t.Errorf("horizons from %d and %d, sum %q", got.Val, got.Test, got.SHA256)
	}
}

func TestDamagedFiles(t *testing.T) {
	whole := write(Generate())
	replace := func(part *string, old, new string) {
		if !strings.Contains(*part, old) {
			t.Fatalf("the file has no %q", old)
		}
		*part = strings.Replace(*part, old, new, 1)
	}
	for _, test := range []struct {
		name   string
		damage func(w *written)
		kind   error
		says   []string
	}{
		{"empty", func(w *written) { w.sales = "" }, ltsf.ErrEmpty, []string{"sales.csv.gz", "empty"}},
		{"no column", func(w *written) { replace(&w.sales, "dept_id", "department") }, ltsf.ErrHeader, []string{`no column "dept_id"`}},
		{"days out of order", func(w *written) { replace(&w.sales, "d_3,", "d_4,") }, ltsf.ErrHeader, []string{`"d_3" does not follow`}},
		{"ragged", func(w *written) { replace(&w.sales, ",DRINKS,", ",") }, ltsf.ErrRagged, []string{"line 6"}},
		{"no number", func(w *written) { replace(&w.sales, ",N_2,N,", ",N_2,N,few") }, ltsf.ErrNotNumber, []string{"line 10", "d_1", "few"}},
		{"below 0", func(w *written) { replace(&w.sales, ",N_2,N,", ",N_2,N,-") }, ltsf.ErrFormat, []string{"line 10", "below 0"}},
		{"twice", func(w *written) { replace(&w.sales, "PENS_2,PENS,OFFICE,N_1", "PENS_1,PENS,OFFICE,N_1") }, ltsf.ErrFormat, []string{"PENS_1 of store N_1 comes twice"}},
		{"two descriptions", func(w *written) { replace(&w.sales, "PENS_1,PENS,OFFICE,N_2", "PENS_1,PAPER,OFFICE,N_2") }, ltsf.ErrFormat, []string{"PENS_1 is described as"}},
		{"a series missing", func(w *written) { w.sales = w.sales[:strings.LastIndex(strings.TrimSpace(w.sales), "\n")+1] }, ltsf.ErrShape, []string{"32 series, but it has 31"}},
		{"another set", func(w *written) {
			lines := strings.SplitAfter(w.sales, "\n")
			w.sales = strings.Join(lines[:17], "")
			w.prices = "store_id,item_id,wm_yr_wk,sell_price\n"
		}, ltsf.ErrShape, []string{"2 stores and 8 items, but test has 4 and 8"}},
		{"bad date", func(w *written) { replace(&w.calendar, "2020-01-04", "Saturday") }, ltsf.ErrFormat, []string{"calendar.csv", "line 2", `"Saturday" is no date`}},
		{"day left out", func(w *written) { replace(&w.calendar, ",d_2,", ",d_3,") }, ltsf.ErrFormat, []string{`"d_3" where "d_2" should follow`}},
		{"short calendar", func(w *written) { w.calendar = w.calendar[:2000] }, nil, []string{"calendar.csv"}},
		{"unknown event", func(w *written) { replace(&w.calendar, ",Sporting,", ",Sports,") }, ltsf.ErrFormat, []string{`"Sports" is no kind of event`, "Sporting"}},
		{"unknown store", func(w *written) { replace(&w.prices, "N_1,PENS_1", "N_9,PENS_1") }, ltsf.ErrFormat, []string{"prices.csv", `store "N_9" is not among the sales`}},
		{"unknown item", func(w *written) { replace(&w.prices, "N_1,PENS_1", "N_1,INK") }, ltsf.ErrFormat, []string{`item "INK" is not among the sales`}},
		{"endless price", func(w *written) { replace(&w.prices, "N_1,PENS_1,12001,", "N_1,PENS_1,12001,Inf,") }, ltsf.ErrRagged, []string{"line 2"}},
		{"no finite price", func(w *written) {
			at := strings.Index(w.prices, "12001,") + 6
			w.prices = w.prices[:at] + "Inf" + w.prices[strings.Index(w.prices[at:], "\n")+at:]
		}, ltsf.ErrNotFinite, []string{"no finite number"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := whole
			test.damage(&w)
			_, err := w.load(t)
			if err == nil {
				t.Fatal("no error")
			}
			if test.kind != nil && !errors.Is(err, test.kind) {
				t.Errorf("%v is not of the kind %v", err, test.kind)
			}
			for _, text := range test.says {
				if !strings.Contains(err.Error(), text) {
					t.Errorf("%v; want %q in it", err, text)
				}
			}
		})
	}
}

// A stream that ends early is a fault, not a short set.
func TestTruncatedStream(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "m5")
	os.MkdirAll(dir, 0o755)
	w := write(Generate())
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte(w.sales))
	z.Close()
	os.WriteFile(filepath.Join(dir, "sales.csv.gz"), packed.Bytes()[:packed.Len()/2], 0o644)
	os.WriteFile(filepath.Join(dir, "calendar.csv"), []byte(w.calendar), 0o644)
	os.WriteFile(filepath.Join(dir, "prices.csv"), []byte(w.prices), 0o644)
	paths, err := likeShops.find([]string{filepath.Dir(dir)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := likeShops.read(paths); !errors.Is(err, ltsf.ErrTruncated) || !strings.Contains(err.Error(), "sales.csv.gz") {
		t.Errorf("%v", err)
	}
}
