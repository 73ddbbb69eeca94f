package ltsf

import "io"

// The states of a file's checksum.
const (
	ChecksumOK      = "ok"
	ChecksumWrong   = "wrong"
	ChecksumUnknown = "unknown" // none is published for this form of the file
)

// Status says what a machine has of one data set.
type Status struct {
	Info     Info
	Path     string // "" when the set is in none of the folders searched
	Bytes    int64  // size of that file, compressed or not
	Checksum string // ChecksumOK, ChecksumWrong or ChecksumUnknown; "" without a file
	Err      error  // why the file is missing, unreadable or wrong
}

// Present reports whether there is a file.
func (s Status) Present() bool { return s.Path != "" }

// List looks for every published set in dirs and reads each file there through for its checksum. The rows come in the order
// of [Names].
func List(dirs []string) []Status {
	list := make([]Status, len(catalogue))
	for i, info := range catalogue {
		list[i] = info.clone().status(dirs)
	}
	return list
}

func (info Info) status(dirs []string) Status {
	s := Status{Info: info}
	if s.Path, s.Err = info.find(dirs); s.Err != nil {
		return s
	}
	sums, err := Stream(s.Path, func(io.Reader) error { return nil })
	if err != nil {
		s.Checksum, s.Err = ChecksumWrong, err
		return s
	}
	s.Bytes = sums.StoredBytes
	known, err := info.verify(s.Path, sums)
	switch {
	case err != nil:
		s.Checksum, s.Err = ChecksumWrong, err
	case known:
		s.Checksum = ChecksumOK
	default:
		s.Checksum = ChecksumUnknown
	}
	return s
}

// Report is what [Check] finds in a data set that is in order.
type Report struct {
	Info        Info
	Set         *Set
	First, Last string // stamps; "" for the LSTNet form
	// Mean and Std are the train rows' statistics of every variate, in the original unit, as [Prepared] has them.
	Mean, Std []float64
}

// Check reads a data set through and verifies it as [Load] does, with its errors.
func Check(name string, dirs []string) (*Report, error) {
	info, err := Lookup(name)
	if err != nil {
		return nil, err
	}
	set, err := Load(name, dirs)
	if err != nil {
		return nil, err
	}
	r := &Report{Info: info, Set: set}
	r.First, r.Last = set.Span()
	r.Mean, r.Std = set.Moments(set.Split.Train)
	return r, nil
}
