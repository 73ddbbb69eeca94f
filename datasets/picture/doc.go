// Package picture decodes pictures into plain 8-bit RGB, whatever they were before: what a data set's folder holds is
// seldom all of one kind.
//
//	rgb, err := picture.Decode(data)
//
// The format is found in the content, never in the ending of the name: JPEG (baseline and progressive), PNG, GIF (its first
// frame), WebP, BMP and TIFF. How what isn't 8-bit RGB becomes it:
//
//	grey           the value three times
//	16 bit         the upper byte
//	CMYK, YCCK     red = (255 - cyan) · (255 - black) / 255, and so on, without a colour profile
//	palette        its colours
//	transparency   dropped; the colour under it stays
//	EXIF           a JPEG whose orientation tag says that the camera was turned is turned upright. torchvision and timm leave such
//	               pictures lying; in ImageNet they are a few in ten thousand
//
// What can't be decoded is an error of one of the kinds [ErrFormat], [ErrUnsupported], [ErrCutOff], [ErrDamaged] and [ErrTooLarge],
// without the name of the file, which the caller knows. Unsupported is above all a CMYK JPEG without Adobe's marker, which says how its inks
// are to be read. A picture of more than [MaxPixels] is refused by its header, before memory is taken for it.
package picture
