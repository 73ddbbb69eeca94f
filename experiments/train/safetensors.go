package train

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"

	"mambamixer/experiments/result"
)

// The safetensors format: 8 bytes little-endian length of the header; the header, a JSON object from
// tensor names to tensorInfo and from "__metadata__" to strings, padded with spaces to a multiple of 8;
// the tensors, little-endian, row-major, one after the other.
// https://github.com/huggingface/safetensors describes it.

const (
	metadataName = "__metadata__"
	digestName   = "sha256" // metadata: SHA-256 of the header without this entry and of the data
	maxHeader    = 100 << 20
)

// tensorInfo is the entry of a tensor in the header.
type tensorInfo struct {
	DType   string   `json:"dtype"`
	Shape   []int    `json:"shape"`
	Offsets [2]int64 `json:"data_offsets"`
}

// dtypeNames are the format's names.
var dtypeNames = map[dtypes.DType]string{
	dtypes.Bool: "BOOL", dtypes.Uint8: "U8", dtypes.Int8: "I8", dtypes.Uint16: "U16", dtypes.Int16: "I16",
	dtypes.Uint32: "U32", dtypes.Int32: "I32", dtypes.Uint64: "U64", dtypes.Int64: "I64",
	dtypes.Float16: "F16", dtypes.BFloat16: "BF16", dtypes.Float32: "F32", dtypes.Float64: "F64",
}

// errDamaged marks files that are not what was once written.
var errDamaged = errors.New("damaged")

// writeSafetensors writes named tensors, in alphabetical order, and metadata with its digest.
func writeSafetensors(w io.Writer, metadata map[string]string, values map[string]*tensors.Tensor) error {
	names := slices.Sorted(maps.Keys(values))
	infos := make(map[string]tensorInfo, len(names))
	var offset int64
	for _, name := range names {
		t := values[name]
		dtype, ok := dtypeNames[t.DType()]
		if !ok {
			return fmt.Errorf("%s has the type %s, which the format cannot hold", name, t.DType())
		}
		end := offset + int64(t.Size()*t.DType().Size())
		infos[name] = tensorInfo{DType: dtype, Shape: append([]int{}, t.Shape().Dimensions...), Offsets: [2]int64{offset, end}}
		offset = end
	}
	digest, err := startDigest(metadata, infos)
	if err != nil {
		return err
	}
	if err := writeTensors(digest, names, values); err != nil {
		return err
	}
	metadata = maps.Clone(metadata)
	metadata[digestName] = hex.EncodeToString(digest.Sum(nil))
	header, err := encodeHeader(metadata, infos)
	if err != nil {
		return err
	}
	header = append(header, bytes.Repeat([]byte{' '}, (8-len(header)%8)%8)...)
	if err := binary.Write(w, binary.LittleEndian, uint64(len(header))); err != nil {
		return err
	}
	if _, err := w.Write(header); err != nil {
		return err
	}
	return writeTensors(w, names, values)
}

func writeTensors(w io.Writer, names []string, values map[string]*tensors.Tensor) error {
	for _, name := range names {
		var failed error
		err := values[name].ConstBytes(func(data []byte) { _, failed = w.Write(data) })
		if err := cmp.Or(failed, err); err != nil {
			return err
		}
	}
	return nil
}

// startDigest begins a SHA-256 with the header without its digest.
func startDigest(metadata map[string]string, infos map[string]tensorInfo) (hash.Hash, error) {
	metadata = maps.Clone(metadata)
	delete(metadata, digestName)
	header, err := encodeHeader(metadata, infos)
	if err != nil {
		return nil, err
	}
	digest := sha256.New()
	digest.Write(header)
	return digest, nil
}

// encodeHeader gives the header as JSON with sorted keys.
func encodeHeader(metadata map[string]string, infos map[string]tensorInfo) ([]byte, error) {
	header := map[string]any{metadataName: metadata}
	for name, info := range infos {
		header[name] = info
	}
	return json.Marshal(header)
}

// readSafetensors reads what writeSafetensors wrote and checks the digest. An error that wraps errDamaged
// says what is wrong with the content of the file.
func readSafetensors(path string) (metadata map[string]string, values map[string]*tensors.Tensor, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, result.Explain("read", path, err)
	}
	defer file.Close()
	stat, err := file.Stat()
	if err != nil {
		return nil, nil, result.Explain("read", path, err)
	}
	r := bufio.NewReaderSize(file, 1<<20)
	metadata, infos, data, err := readHeader(r, stat.Size())
	if err != nil {
		return nil, nil, err
	}
	digest, err := startDigest(metadata, infos)
	if err != nil {
		return nil, nil, err
	}
	names := slices.SortedFunc(maps.Keys(infos), func(a, b string) int {
		return cmp.Or(cmp.Compare(infos[a].Offsets[0], infos[b].Offsets[0]), cmp.Compare(infos[a].Offsets[1], infos[b].Offsets[1]))
	})
	values = make(map[string]*tensors.Tensor, len(names))
	var offset int64
	for _, name := range names {
		shape, err := infos[name].shape(offset)
		if err != nil {
			return nil, nil, fmt.Errorf("%w: the entry of %s in its header makes no sense: %v", errDamaged, name, err)
		}
		offset = infos[name].Offsets[1]
		if offset > data {
			return nil, nil, truncated(offset - data)
		}
		if values[name], err = readTensor(io.TeeReader(r, digest), shape); err != nil {
			return nil, nil, result.Explain("read", path, err)
		}
	}
	switch {
	case offset != data:
		return nil, nil, fmt.Errorf("%w: it has %d bytes after its last tensor", errDamaged, data-offset)
	case metadata[digestName] != hex.EncodeToString(digest.Sum(nil)):
		return nil, nil, fmt.Errorf("%w: its content does not match its SHA-256 checksum", errDamaged)
	}
	return metadata, values, nil
}

// readHeader reads the header of a file of size bytes and gives the number of bytes that follow it.
func readHeader(r io.Reader, size int64) (metadata map[string]string, infos map[string]tensorInfo, data int64, err error) {
	var length uint64
	if err := binary.Read(r, binary.LittleEndian, &length); err != nil {
		return nil, nil, 0, truncated(8 - size)
	}
	if length > maxHeader {
		return nil, nil, 0, fmt.Errorf("%w: it is not a safetensors file", errDamaged)
	}
	data = size - 8 - int64(length)
	header := make([]byte, length)
	if _, err := io.ReadFull(r, header); err != nil {
		return nil, nil, 0, truncated(8 + int64(length) - size)
	}
	var raw map[string]json.RawMessage
	err = json.Unmarshal(header, &raw)
	infos = make(map[string]tensorInfo, len(raw))
	for name, text := range raw {
		if name == metadataName {
			err = cmp.Or(err, json.Unmarshal(text, &metadata))
			continue
		}
		var info tensorInfo
		err = cmp.Or(err, json.Unmarshal(text, &info))
		infos[name] = info
	}
	if err != nil {
		return nil, nil, 0, fmt.Errorf("%w: its header is not that of a safetensors file: %v", errDamaged, err)
	}
	return metadata, infos, data, nil
}

// shape checks an entry that should begin at offset.
func (i tensorInfo) shape(offset int64) (shapes.Shape, error) {
	for dtype, name := range dtypeNames {
		if name != i.DType {
			continue
		}
		if i.Offsets[0] != offset || i.Offsets[1] < offset {
			return shapes.Shape{}, fmt.Errorf("its bytes are [%d, %d), but the tensor before it ends at %d", i.Offsets[0], i.Offsets[1], offset)
		}
		bytes := int64(dtype.Size())
		for _, dim := range i.Shape {
			if dim < 0 || bytes > i.Offsets[1]-offset {
				return shapes.Shape{}, fmt.Errorf("the shape %v does not fit into %d bytes", i.Shape, i.Offsets[1]-offset)
			}
			bytes *= int64(dim)
		}
		if bytes != i.Offsets[1]-offset {
			return shapes.Shape{}, fmt.Errorf("the shape %v needs %d bytes, but there are %d", i.Shape, bytes, i.Offsets[1]-offset)
		}
		return shapes.Make(dtype, i.Shape...), nil
	}
	return shapes.Shape{}, fmt.Errorf("the type %q is unknown", i.DType)
}

func readTensor(r io.Reader, shape shapes.Shape) (*tensors.Tensor, error) {
	t := tensors.FromShape(shape)
	var failed error
	err := t.MutableBytes(func(data []byte) { _, failed = io.ReadFull(r, data) })
	return t, cmp.Or(failed, err)
}

func truncated(missing int64) error {
	return fmt.Errorf("%w: it is truncated, at least %d bytes are missing", errDamaged, missing)
}
