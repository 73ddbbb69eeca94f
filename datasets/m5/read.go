package m5

import (
	"bufio"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"mambamixer/datasets/ltsf"
)

// read makes the set of its files.
func (info Info) read(paths files) (*Set, error) {
	s := &Set{Name: info.Name, Source: info.Source, Licence: info.Licence}
	calendar := make([]Day, 0, info.Days)
	sum := sha256.New()
	for _, file := range []struct {
		path string
		read func(*table) error
	}{
		{paths.calendar, func(t *table) (err error) { calendar, err = readCalendar(t, info.Days); return err }},
		{paths.sales, func(t *table) error { s.Days = calendar; return s.readSales(t) }},
		{paths.prices, s.readPrices},
	} {
		digests, err := ltsf.Stream(file.path, func(r io.Reader) error {
			t, err := newTable(file.path, r)
			if err != nil {
				return err
			}
			return file.read(t)
		})
		if err != nil {
			return nil, err
		}
		fmt.Fprintln(sum, digests.PlainSHA256)
	}
	if len(s.Stores) != info.Stores || len(s.Items) != info.Items {
		return nil, &ltsf.FileError{Kind: ltsf.ErrShape, File: paths.sales,
			Problem: fmt.Sprintf("it has %d stores and %d items, but %s has %d and %d", len(s.Stores), len(s.Items), info.Name, info.Stores, info.Items),
			Fix:     "fetch it again"}
	}
	s.SHA256 = hex.EncodeToString(sum.Sum(nil))
	s.horizonsAtEnd()
	return s, nil
}

// table is a CSV file with a heading, read row by row.
type table struct {
	path  string
	rows  *csv.Reader
	names []string
	cells []string
	line  int
}

func newTable(path string, r io.Reader) (*table, error) {
	t := &table{path: path, rows: csv.NewReader(bufio.NewReaderSize(r, 1<<16))}
	t.rows.ReuseRecord = true
	names, err := t.rows.Read()
	if err == io.EOF {
		return nil, &ltsf.FileError{Kind: ltsf.ErrEmpty, File: path, Problem: "the file is empty", Fix: "fetch it again"}
	}
	if err != nil {
		return nil, t.malformed(err)
	}
	t.names = slices.Clone(names)
	return t, nil
}

// next reads a row; false after the last.
func (t *table) next() (bool, error) {
	cells, err := t.rows.Read()
	if err == io.EOF {
		return false, nil
	}
	if err != nil {
		return false, t.malformed(err)
	}
	t.cells = cells
	t.line, _ = t.rows.FieldPos(0)
	return true, nil
}

func (t *table) malformed(err error) error {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return &ltsf.FileError{Kind: ltsf.ErrTruncated, File: t.path, Line: t.line + 1, Problem: "it can't be read on: " + err.Error(), Fix: "fetch the file again"}
	}
	kind := ltsf.ErrFormat
	if errors.Is(err, csv.ErrFieldCount) {
		kind = ltsf.ErrRagged
	}
	return &ltsf.FileError{Kind: kind, File: t.path, Line: parse.StartLine, Problem: parse.Err.Error(), Fix: "correct the line or fetch the file again"}
}

// columns finds columns by their names.
func (t *table) columns(names ...string) ([]int, error) {
	at := make([]int, len(names))
	for i, name := range names {
		if at[i] = slices.Index(t.names, name); at[i] < 0 {
			return nil, &ltsf.FileError{Kind: ltsf.ErrHeader, File: t.path, Line: 1, Problem: fmt.Sprintf("there is no column %q", name), Fix: "fetch the file again"}
		}
	}
	return at, nil
}

// fail is a fault in a cell of the row.
func (t *table) fail(kind error, column int, problem string) error {
	return &ltsf.FileError{Kind: kind, File: t.path, Line: t.line, Column: column + 1, Name: t.names[column], Problem: problem,
		Fix: "correct the cell or fetch the file again"}
}

// number reads a cell that holds a number of at least 0.
func (t *table) number(column int) (float32, error) {
	v, err := strconv.ParseFloat(t.cells[column], 32)
	switch {
	case err != nil:
		return 0, t.fail(ltsf.ErrNotNumber, column, fmt.Sprintf("%q is no number", t.cells[column]))
	case math.IsInf(v, 0) || math.IsNaN(v):
		return 0, t.fail(ltsf.ErrNotFinite, column, fmt.Sprintf("%q is no finite number", t.cells[column]))
	case v < 0:
		return 0, t.fail(ltsf.ErrFormat, column, fmt.Sprintf("%s is below 0", t.cells[column]))
	}
	return float32(v), nil
}

// readCalendar reads the first days.
func readCalendar(t *table, days int) ([]Day, error) {
	at, err := t.columns("date", "wm_yr_wk", "d", "event_type_1", "event_type_2")
	if err != nil {
		return nil, err
	}
	var list []Day
	for len(list) < days {
		more, err := t.next()
		if err != nil {
			return nil, err
		}
		if !more {
			return nil, &ltsf.FileError{Kind: ltsf.ErrShape, File: t.path, Line: t.line, Problem: fmt.Sprintf("it ends after %d of %d days", len(list), days), Fix: "fetch the file again"}
		}
		var day Day
		if day.Date, err = time.Parse(time.DateOnly, t.cells[at[0]]); err != nil {
			return nil, t.fail(ltsf.ErrFormat, at[0], fmt.Sprintf("%q is no date like 2011-01-29", t.cells[at[0]]))
		}
		if day.Week, err = strconv.Atoi(t.cells[at[1]]); err != nil {
			return nil, t.fail(ltsf.ErrNotNumber, at[1], fmt.Sprintf("%q is no week", t.cells[at[1]]))
		}
		if want := fmt.Sprintf("d_%d", len(list)+1); t.cells[at[2]] != want {
			return nil, t.fail(ltsf.ErrFormat, at[2], fmt.Sprintf("it is %q where %q should follow", t.cells[at[2]], want))
		}
		for _, column := range at[3:] {
			kind := t.cells[column]
			if kind == "" {
				continue
			}
			if !slices.Contains(EventKinds, kind) {
				return nil, t.fail(ltsf.ErrFormat, column, fmt.Sprintf("%q is no kind of event; the kinds are %s", kind, strings.Join(EventKinds, ", ")))
			}
			day.Events = append(day.Events, kind)
		}
		for column, name := range t.names {
			if state, found := strings.CutPrefix(name, "snap_"); found && t.cells[column] == "1" {
				day.SNAP = append(day.SNAP, state)
			}
		}
		list = append(list, day)
	}
	return list, nil
}

// readSales reads stores, items and units. Every store has to have every item.
func (s *Set) readSales(t *table) error {
	at, err := t.columns("item_id", "dept_id", "cat_id", "store_id", "state_id", "d_1")
	if err != nil {
		return err
	}
	first := at[5]
	for day := range s.Days {
		if want := fmt.Sprintf("d_%d", day+1); first+day >= len(t.names) || t.names[first+day] != want {
			return &ltsf.FileError{Kind: ltsf.ErrHeader, File: t.path, Line: 1, Column: first + day + 1, Problem: fmt.Sprintf("the column %q does not follow", want), Fix: "fetch the file again"}
		}
	}
	stores, items := map[string]int{}, map[string]int{}
	type series struct {
		store, item int
		units       []float32
	}
	var all []series
	seen := map[[2]int]bool{}
	for {
		more, err := t.next()
		if err != nil {
			return err
		}
		if !more {
			break
		}
		item := Item{ID: t.cells[at[0]], Department: t.cells[at[1]], Category: t.cells[at[2]]}
		store := Store{ID: t.cells[at[3]], State: t.cells[at[4]]}
		one := series{units: make([]float32, len(s.Days))}
		if one.store, s.Stores, err = known(t, at[3], stores, s.Stores, store, store.ID); err != nil {
			return err
		}
		if one.item, s.Items, err = known(t, at[0], items, s.Items, item, item.ID); err != nil {
			return err
		}
		if seen[[2]int{one.store, one.item}] {
			return t.fail(ltsf.ErrFormat, at[0], fmt.Sprintf("item %s of store %s comes twice", item.ID, store.ID))
		}
		seen[[2]int{one.store, one.item}] = true
		for day := range one.units {
			if one.units[day], err = t.number(first + day); err != nil {
				return err
			}
		}
		all = append(all, one)
	}
	if len(all) != s.series() || len(all) == 0 {
		return &ltsf.FileError{Kind: ltsf.ErrShape, File: t.path, Line: t.line,
			Problem: fmt.Sprintf("%d stores and %d items make %d series, but it has %d", len(s.Stores), len(s.Items), s.series(), len(all)), Fix: "fetch the file again"}
	}
	s.Units = make([]float32, len(s.Days)*s.series())
	for _, one := range all {
		for day, units := range one.units {
			s.Units[s.at(day, one.store, one.item)] = units
		}
	}
	return nil
}

// known finds a store or item, or adds it. One that is described in two ways is a fault.
func known[T comparable](t *table, column int, index map[string]int, list []T, v T, id string) (int, []T, error) {
	i, found := index[id]
	if !found {
		index[id] = len(list)
		return len(list), append(list, v), nil
	}
	if list[i] != v {
		return 0, list, t.fail(ltsf.ErrFormat, column, fmt.Sprintf("%s is described as %v here and as %v before", id, v, list[i]))
	}
	return i, list, nil
}

// readPrices reads the prices of stores, items and weeks.
func (s *Set) readPrices(t *table) error {
	at, err := t.columns("store_id", "item_id", "wm_yr_wk", "sell_price")
	if err != nil {
		return err
	}
	stores, items, weeks := map[string]int{}, map[string]int{}, map[string][]int{}
	for i, store := range s.Stores {
		stores[store.ID] = i
	}
	for i, item := range s.Items {
		items[item.ID] = i
	}
	for day, d := range s.Days {
		week := strconv.Itoa(d.Week)
		weeks[week] = append(weeks[week], day)
	}
	s.Prices = make([]float32, len(s.Units))
	for {
		more, err := t.next()
		if err != nil || !more {
			return err
		}
		store, found := stores[t.cells[at[0]]]
		if !found {
			return t.fail(ltsf.ErrFormat, at[0], fmt.Sprintf("store %q is not among the sales", t.cells[at[0]]))
		}
		item, found := items[t.cells[at[1]]]
		if !found {
			return t.fail(ltsf.ErrFormat, at[1], fmt.Sprintf("item %q is not among the sales", t.cells[at[1]]))
		}
		price, err := t.number(at[3])
		if err != nil {
			return err
		}
		for _, day := range weeks[t.cells[at[2]]] { // weeks beyond the days have none
			s.Prices[s.at(day, store, item)] = price
		}
	}
}
