package scenes

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"path"
	"strings"

	"mambamixer/datasets/pack"
	"mambamixer/datasets/picture"
)

// paired are pictures and label maps in files, matched by their names without endings.
type paired struct {
	pictures, labels folder
	names            []string              // of pictures
	class            func(value uint8) int // of what a label map holds; above 255 if it is none
	classes          int
}

// folder is one in a pack or in the file system.
type folder struct {
	files  *pack.Files
	prefix string
}

// names lists the files of the folder, without those below it.
func (f folder) names() (list []string) {
	for _, name := range f.files.Names() {
		if rest, inside := strings.CutPrefix(name, f.prefix); inside && !strings.Contains(rest, "/") && !strings.HasPrefix(rest, ".") {
			list = append(list, rest)
		}
	}
	return list
}

func stem(name string) string { return strings.TrimSuffix(name, path.Ext(name)) }

// pair matches the pictures of one folder with the label maps of another.
func pair(pictures, labels folder, classes int, class func(uint8) int) (*paired, error) {
	p := &paired{pictures: pictures, labels: labels, class: class, classes: classes}
	there := map[string]bool{}
	for _, name := range labels.names() {
		there[name] = true
	}
	for _, name := range pictures.names() {
		if map[string]bool{".jpg": true, ".jpeg": true, ".png": true}[strings.ToLower(path.Ext(name))] {
			if !there[stem(name)+".png"] {
				return nil, fmt.Errorf("%s has no label map %s", pictures.files.Where(pictures.prefix+name), labels.files.Where(labels.prefix+stem(name)+".png"))
			}
			p.names = append(p.names, name)
		}
	}
	if len(p.names) == 0 {
		return nil, fmt.Errorf("there are no pictures in %s", pictures.files.Where(pictures.prefix))
	}
	return p, nil
}

func (p *paired) Len() int           { return len(p.names) }
func (p *paired) Where(i int) string { return p.pictures.files.Where(p.pictures.prefix + p.names[i]) }

func (p *paired) labelName(i int) string { return p.labels.prefix + stem(p.names[i]) + ".png" }

func (p *paired) Scene(i int) (*Scene, error) {
	rgb, err := readPicture(p.pictures.files, p.pictures.prefix+p.names[i])
	if err != nil {
		return nil, err
	}
	where := p.labels.files.Where(p.labelName(i))
	data, err := p.labels.files.Read(p.labelName(i))
	if err != nil {
		return nil, err
	}
	values, w, h, err := decodeLabels(data)
	if err != nil {
		return nil, fmt.Errorf("its label map %s: %w", where, err)
	}
	if w != rgb.W || h != rgb.H {
		return nil, fmt.Errorf("its label map %s has %d x %d pixels, but the picture has %d x %d", where, w, h, rgb.W, rgb.H)
	}
	for at, value := range values {
		class := p.class(value)
		if class >= p.classes && class != Ignored {
			return nil, fmt.Errorf("its label map %s has the value %d at column %d of row %d, which is none of its %d classes", where, value, at%w, at/w, p.classes)
		}
		values[at] = uint8(class)
	}
	return &Scene{Picture: rgb, Labels: values}, nil
}

func readPicture(files *pack.Files, name string) (*picture.RGB, error) {
	data, err := files.Read(name)
	if err != nil {
		return nil, err
	}
	return picture.Decode(data)
}

// decodeLabels reads a PNG file of one byte a pixel: a grey value, or a place in a palette.
func decodeLabels(data []byte) (values []uint8, w, h int, err error) {
	config, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, 0, 0, err
	}
	if config.Width*config.Height > picture.MaxPixels {
		return nil, 0, 0, fmt.Errorf("%d x %d pixels are too many", config.Width, config.Height)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, 0, 0, err
	}
	w, h = img.Bounds().Dx(), img.Bounds().Dy()
	var rows []uint8
	var stride int
	switch img := img.(type) {
	case *image.Gray:
		rows, stride = img.Pix, img.Stride
	case *image.Paletted:
		rows, stride = img.Pix, img.Stride
	default:
		return nil, 0, 0, fmt.Errorf("its pixels are %T, not one byte each, grey or of a palette", img)
	}
	for y := range h {
		values = append(values, rows[y*stride:y*stride+w]...)
	}
	return values, w, h, nil
}

// contentLimit is the size of the largest set whose checksum is of its contents.
const contentLimit = 1 << 30

// file is one of a set.
type file struct {
	files *pack.Files
	name  string
}

func (f file) write(to io.Writer) error {
	content, err := f.files.Open(f.name)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, content)
	return errors.Join(err, content.Close())
}

// filesOf lists those of splits.
func filesOf(splits ...*paired) (all []file) {
	for _, split := range splits {
		for i, name := range split.names {
			all = append(all, file{split.pictures.files, split.pictures.prefix + name}, file{split.labels.files, split.labelName(i)})
		}
	}
	return all
}

// checksum is that of a set; see Set.SHA256.
func checksum(all []file) (string, error) {
	total := int64(0)
	for _, f := range all {
		total += f.files.Size(f.name)
	}
	h := sha256.New()
	for _, f := range all {
		fmt.Fprintf(h, "%s\t%d\n", f.name, f.files.Size(f.name))
		if total > contentLimit {
			continue
		}
		if err := f.write(h); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// none is a split without scenes.
type none struct{}

func (none) Len() int                  { return 0 }
func (none) Where(int) string          { return "" }
func (none) Scene(int) (*Scene, error) { return nil, fmt.Errorf("there is no such scene") }
