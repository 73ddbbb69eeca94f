// Package pack reads the files of a folder or of a tar pack by their names, in any order and from several goroutines.
//
//	files, err := pack.Open("data/train.tar")
//	data, err := files.Read("train/cat/1.jpg")
//	content, err := files.Open("annotations.json") // of any size
//
// In a folder links are followed, to files and to folders. A link that leads nowhere is a file that can't be read.
//
// A plain tar is read in place: one pass over its headers finds where each file lies, and a read goes there. Tars inside a
// tar, as ImageNet's training pack has them, one for each class, are opened the same way, without unpacking: the file
// a.JPEG in n01440764.tar is called n01440764/a.JPEG. A compressed tar has no places to go to; it is unpacked into memory, but for files
// above [MaxFile], which then can't be read.
package pack
