package imagefolder

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const (
	cifarSize    = 32
	cifarPlane   = cifarSize * cifarSize
	cifarRecord  = 1 + 3*cifarPlane // label, then the planes of red, green and blue
	cifarRecords = 10000            // in a file
)

var cifarClasses = []string{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"}

// cifarBinary reads the binary form of CIFAR-10, pixel-exact.
func cifarBinary(root string) (*Set, error) {
	read := func(names ...string) (raw, []byte, error) {
		var all []byte
		for _, name := range names {
			path := filepath.Join(root, name)
			data, err := os.ReadFile(path)
			switch {
			case err != nil:
				return raw{}, nil, err
			case len(data) != cifarRecords*cifarRecord:
				return raw{}, nil, fmt.Errorf("%s has %d bytes instead of %d; fetch it again", path, len(data), cifarRecords*cifarRecord)
			}
			all = append(all, data...)
		}
		pictures, err := cifarRecordsOf(root, all)
		return pictures, all, err
	}
	train, trainBytes, err := read("data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin")
	if err != nil {
		return nil, err
	}
	test, testBytes, err := read("test_batch.bin")
	if err != nil {
		return nil, err
	}
	return &Set{Name: "CIFAR-10", Classes: cifarClasses, Train: train, Test: test, SHA256: checksum(trainBytes, testBytes)}, nil
}

// cifarRecordsOf takes records as pictures.
func cifarRecordsOf(path string, records []byte) (raw, error) {
	labels := make([]uint8, len(records)/cifarRecord)
	for i := range labels {
		if labels[i] = records[i*cifarRecord]; int(labels[i]) >= len(cifarClasses) {
			return raw{}, fmt.Errorf("record %d of %s has label %d; CIFAR-10 has 0 to %d", i, path, labels[i], len(cifarClasses)-1)
		}
	}
	return raw{path: path, size: cifarSize, labels: labels, pixels: func(i int) []uint8 {
		planes := records[i*cifarRecord+1:][:3*cifarPlane]
		pixels := make([]uint8, 3*cifarPlane)
		for at := range cifarPlane {
			pixels[3*at], pixels[3*at+1], pixels[3*at+2] = planes[at], planes[cifarPlane+at], planes[2*cifarPlane+at]
		}
		return pixels
	}}, nil
}

// cifarFolders reads CIFAR-10 as folders of pictures, which are seldom its own pixels.
func cifarFolders(root string) (*Set, error) {
	set, err := classFolders("CIFAR-10-folder", root, cifarClasses, []string{"train"}, []string{"test", "val"})
	if err == nil && set.Train.Len() > 0 && strings.HasSuffix(set.Train.Where(0), ".jpg") {
		set.Name = "CIFAR-10-JPEG"
	}
	return set, err
}
