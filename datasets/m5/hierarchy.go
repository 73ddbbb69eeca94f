package m5

// Level is one of the twelve ways to add up series: nodes are pairs of a group of stores and a group of items.
type Level struct {
	Name   string
	Stores Grouping
	Items  Grouping
}

// Nodes is the number of sums.
func (l Level) Nodes() int { return l.Stores.Count * l.Items.Count }

// Grouping puts each of several things into one of Count groups.
type Grouping struct {
	Name  string
	Of    []int // group of each, from 0
	Count int
}

// group makes a grouping by a name; groups are numbered by their first member.
func group(name string, n int, key func(i int) string) Grouping {
	g := Grouping{Name: name, Of: make([]int, n)}
	known := map[string]int{}
	for i := range n {
		k := key(i)
		if _, found := known[k]; !found {
			known[k] = len(known)
		}
		g.Of[i] = known[k]
	}
	g.Count = len(known)
	return g
}

// StoreGroupings are all stores in one, by state, and each alone.
func (s *Set) StoreGroupings() []Grouping {
	return []Grouping{
		group("all", len(s.Stores), func(int) string { return "" }),
		group("state", len(s.Stores), func(i int) string { return s.Stores[i].State }),
		group("store", len(s.Stores), func(i int) string { return s.Stores[i].ID }),
	}
}

// ItemGroupings are all items in one, by category, by department, and each alone.
func (s *Set) ItemGroupings() []Grouping {
	return []Grouping{
		group("all", len(s.Items), func(int) string { return "" }),
		group("category", len(s.Items), func(i int) string { return s.Items[i].Category }),
		group("department", len(s.Items), func(i int) string { return s.Items[i].Department }),
		group("item", len(s.Items), func(i int) string { return s.Items[i].ID }),
	}
}

// Levels lists the twelve, every grouping of stores by every grouping of items.
func (s *Set) Levels() []Level {
	var levels []Level
	for _, stores := range s.StoreGroupings() {
		for _, items := range s.ItemGroupings() {
			levels = append(levels, Level{stores.Name + " x " + items.Name, stores, items})
		}
	}
	return levels
}

// sum adds a day's values [G, M] up to the nodes of a level, row-major by groups of stores and of items.
func (l Level) sum(values []float32) []float64 {
	sums := make([]float64, l.Nodes())
	items := len(l.Items.Of)
	for store, a := range l.Stores.Of {
		for item, b := range l.Items.Of {
			sums[a*l.Items.Count+b] += float64(values[store*items+item])
		}
	}
	return sums
}
