package main

import (
	"fmt"
	"time"

	"mambamixer/datasets/m5"
	"mambamixer/experiments/result"
)

// isSales tells a set of sales.
func isSales(name string) bool {
	_, err := m5.Lookup(name)
	return err == nil
}

// salesTable lists the sets of sales and where they are.
func salesTable(dirs []string) *result.Table {
	table := &result.Table{Columns: []result.Column{{Name: "sales"}, {Name: "stores", Right: true}, {Name: "items", Right: true},
		{Name: "days", Right: true}, {Name: "licence"}, {Name: "source"}, {Name: "place"}}}
	for _, info := range m5.List() {
		place, err := info.Find(dirs)
		if err != nil {
			place = "not here"
		}
		table.Add(info.Name, fmt.Sprint(info.Stores), fmt.Sprint(info.Items), fmt.Sprint(info.Days), info.Licence, info.Source, place)
	}
	return table
}

// checkSales reads a set through and tells what it is.
func checkSales(name string, dirs []string) error {
	set, err := m5.Load(name, dirs)
	if err != nil {
		return err
	}
	last := len(set.Days) - 1
	fmt.Printf("%s: SHA-256 of its files' sums %s\n%d stores, %d items, %d days from %s to %s; selection from day %d, test from day %d, %d days each\n",
		set.Name, set.SHA256, len(set.Stores), len(set.Items), len(set.Days), set.Days[0].Date.Format(time.DateOnly), set.Days[last].Date.Format(time.DateOnly),
		set.Val+1, set.Test+1, set.Horizon)
	return nil
}
