package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // decoders register themselves
	"image/jpeg"
	"image/png"
	"io"
	"strings"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	_ "golang.org/x/image/webp"
)

// MaxPixels is the largest picture that is decoded, 128 million pixels. The largest of ImageNet has 35 million.
const MaxPixels = 1 << 27

// The kinds of errors of Decode, for errors.Is.
var (
	ErrFormat      = errors.New("no picture of a known format")
	ErrUnsupported = errors.New("of a rare kind that can't be decoded")
	ErrCutOff      = errors.New("cut off")
	ErrDamaged     = errors.New("damaged")
	ErrTooLarge    = errors.New("too large")
)

// Decode reads a picture. Its errors are of the kinds above.
func Decode(data []byte) (rgb *RGB, err error) {
	defer func() { // a decoder that stumbles over damaged data must not end the program
		if problem := recover(); problem != nil {
			rgb, err = nil, fmt.Errorf("%w: the decoder gave up (%v)", ErrDamaged, problem)
		}
	}()
	if err := check(data); err != nil {
		return nil, err
	}
	img, format, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, explain(format, len(data), err)
	}
	rgb = From(img)
	if format == "jpeg" {
		rgb = rgb.upright(orientation(data))
	}
	return rgb, nil
}

// check reads the header.
func check(data []byte) error {
	if len(data) == 0 {
		return fmt.Errorf("%w: the file is empty", ErrCutOff)
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case err != nil:
		return explain(format, len(data), err)
	case config.Width < 1 || config.Height < 1:
		return fmt.Errorf("%w: it has %d x %d pixels", ErrDamaged, config.Width, config.Height)
	case config.Width > MaxPixels/config.Height:
		return fmt.Errorf("%w: it has %d x %d pixels, more than %d million", ErrTooLarge, config.Width, config.Height, MaxPixels/1_000_000)
	}
	return nil
}

// endsEarly knows decoders that say only in words that data is missing.
func endsEarly(text string) bool {
	return strings.HasSuffix(text, "EOF") || strings.HasSuffix(text, "not enough pixel data") || strings.HasSuffix(text, "not enough image data")
}

// isUnsupported knows what decoders say of a part of their format that they leave out.
func isUnsupported(err error) bool {
	var ofJPEG jpeg.UnsupportedError
	var ofPNG png.UnsupportedError
	var ofTIFF tiff.UnsupportedError
	return errors.As(err, &ofJPEG) || errors.As(err, &ofPNG) || errors.As(err, &ofTIFF) || errors.Is(err, bmp.ErrUnsupported)
}

func explain(format string, size int, err error) error {
	switch {
	case errors.Is(err, image.ErrFormat):
		return fmt.Errorf("%w: it is neither JPEG, PNG, GIF, WebP, BMP nor TIFF", ErrFormat)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), endsEarly(err.Error()):
		return fmt.Errorf("%w: the picture does not end within its %d bytes", ErrCutOff, size)
	case isUnsupported(err):
		return fmt.Errorf("%w (%w); save it as a plain JPEG or PNG", ErrUnsupported, err)
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}
