package imagefolder

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

var fashionClasses = []string{"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"}

// fashion reads Fashion-MNIST's four IDX files, plain or compressed.
func fashion(root string) (*Set, error) {
	read := func(prefix string) (raw, []byte, error) {
		images, imagesPath, err := readIDX(root, prefix+"-images-idx3-ubyte", 3)
		if err != nil {
			return raw{}, nil, err
		}
		labels, labelsPath, err := readIDX(root, prefix+"-labels-idx1-ubyte", 1)
		if err != nil {
			return raw{}, nil, err
		}
		size := images.dims[1]
		if images.dims[0] != labels.dims[0] || images.dims[2] != size || size == 0 {
			return raw{}, nil, fmt.Errorf("%s has pictures of dimensions %v, but %s has %v labels", imagesPath, images.dims, labelsPath, labels.dims)
		}
		for i, label := range labels.data {
			if int(label) >= len(fashionClasses) {
				return raw{}, nil, fmt.Errorf("label %d of %s is %d; Fashion-MNIST has 0 to %d", i, labelsPath, label, len(fashionClasses)-1)
			}
		}
		return raw{path: imagesPath, size: size, labels: labels.data, pixels: func(i int) []uint8 {
			pixels := make([]uint8, 0, 3*size*size)
			for _, v := range images.data[i*size*size:][:size*size] {
				pixels = append(pixels, v, v, v)
			}
			return pixels
		}}, append(images.data[:len(images.data):len(images.data)], labels.data...), nil
	}
	train, trainBytes, err := read("train")
	if err != nil {
		return nil, err
	}
	test, testBytes, err := read("t10k")
	if err != nil {
		return nil, err
	}
	return &Set{Classes: fashionClasses, Train: train, Test: test, SHA256: checksum(trainBytes, testBytes)}, nil
}

// idx is an array of bytes.
type idx struct {
	dims []int
	data []uint8
}

// readIDX reads an array of bytes of so many dimensions: a magic number 0, 0, 8, rank, the dimensions as 32-bit big-endian
// numbers, the bytes.
func readIDX(root, name string, rank int) (array idx, path string, err error) {
	path = filepath.Join(root, name)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		path += ".gz"
		if data, err = os.ReadFile(path); err == nil {
			data, err = gunzip(data)
		}
	}
	if err != nil {
		return idx{}, path, fmt.Errorf("%s cannot be read: %w", path, err)
	}
	head := 4 + 4*rank
	if len(data) < head || !bytes.Equal(data[:4], []byte{0, 0, 8, byte(rank)}) {
		return idx{}, path, fmt.Errorf("%s is no IDX file of bytes with %d dimensions", path, rank)
	}
	total := 1
	for i := range rank {
		dim := int(binary.BigEndian.Uint32(data[4+4*i:]))
		array.dims = append(array.dims, dim)
		if total *= dim; total > len(data) {
			break
		}
	}
	if array.data = data[head:]; total != len(array.data) || len(array.dims) != rank {
		return idx{}, path, fmt.Errorf("%s has %d bytes after its header, but its dimensions are %v", path, len(array.data), array.dims)
	}
	return array, path, nil
}

func gunzip(data []byte) ([]byte, error) {
	stream, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(stream)
}
