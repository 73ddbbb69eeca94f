package inspect

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"

	"mambamixer/experiments/result"
)

// table is the form of a CSV file: a column for each field of a row.
type table[Row any] []column[Row]

// column is a name and the pointer to a field: *string, *int, *uint64, or *float64, of which NaN is an empty cell.
type column[Row any] struct {
	name  string
	field func(*Row) any
}

func (t table[Row]) names() []string {
	var names []string
	for _, c := range t {
		names = append(names, c.name)
	}
	return names
}

// write replaces the file at path.
func (t table[Row]) write(path string, rows []Row) error {
	return result.WriteAtomic(path, func(w io.Writer) error {
		out := csv.NewWriter(w)
		out.Write(t.names())
		for i := range rows {
			var cells []string
			for _, c := range t {
				cells = append(cells, format(c.field(&rows[i])))
			}
			out.Write(cells)
		}
		out.Flush()
		return out.Error()
	})
}

// read loads the file at path. A row that isn't one is an error that names its line.
func (t table[Row]) read(path string) ([]Row, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, result.Explain("read", path, err)
	}
	in := csv.NewReader(bytes.NewReader(data))
	if names, err := in.Read(); err != nil || !slices.Equal(names, t.names()) {
		return nil, fmt.Errorf("%s does not start with the columns %v; `mambamixer inspect` writes such files", path, t.names())
	}
	var rows []Row
	for {
		cells, err := in.Read()
		if err == io.EOF {
			return rows, nil
		}
		if malformed := new(csv.ParseError); errors.As(err, &malformed) {
			return nil, fmt.Errorf("%s line %d is damaged: %w", path, malformed.StartLine, malformed.Err)
		}
		if err != nil {
			return nil, result.Explain("read", path, err)
		}
		var row Row
		for i, c := range t {
			if err := parse(c.field(&row), cells[i]); err != nil {
				line, _ := in.FieldPos(i)
				return nil, fmt.Errorf("%s line %d is damaged: column %s holds %q, which is not what belongs there", path, line, c.name, cells[i])
			}
		}
		rows = append(rows, row)
	}
}

func format(field any) string {
	if x, ok := field.(*float64); ok {
		if math.IsNaN(*x) {
			return ""
		}
		return strconv.FormatFloat(*x, 'g', -1, 32) // what the model computes with
	}
	switch x := field.(type) {
	case *int:
		return strconv.Itoa(*x)
	case *uint64:
		return strconv.FormatUint(*x, 10)
	}
	return *field.(*string)
}

func parse(field any, cell string) (err error) {
	switch x := field.(type) {
	case *string:
		*x = cell
	case *int:
		*x, err = strconv.Atoi(cell)
	case *uint64:
		*x, err = strconv.ParseUint(cell, 10, 64)
	case *float64:
		if *x = math.NaN(); cell != "" {
			*x, err = strconv.ParseFloat(cell, 64)
		}
	}
	return err
}
