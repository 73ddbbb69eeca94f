package ltsf

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Downloader fetches published sets. Its zero value fetches them from their official sources.
type Downloader struct {
	// Mirror, if set, is fetched from in place of the official sources: the address of a folder in their layout, as in
	// Mirror + "/ETT-small/ETTh1.csv".
	Mirror string
	// Client, if set, is used in place of one that goes by the proxy variables of the environment.
	Client *http.Client
	// Progress, if set, is called after each piece with the bytes that are there and the bytes there will be, 0 when
	// unknown.
	Progress func(done, total int64)
}

// Download fetches a data set from its official source into a data folder, by [Downloader.Get].
func Download(ctx context.Context, name, dir string, progress func(done, total int64)) error {
	_, err := Downloader{Progress: progress}.Get(ctx, name, dir)
	return err
}

// Get fetches a data set into a data folder, in the layout that [Find] looks for, and returns the path of the file. A
// file that is there already with the right checksum is not fetched again.
//
// The transfer goes to a .part file beside the target; a later call resumes it. The target appears in one step, after the
// checksum has been found right. When a source fails the next one is tried; the error tells of each.
func (d Downloader) Get(ctx context.Context, name, dir string) (path string, err error) {
	info, err := Lookup(name)
	if err != nil {
		return "", err
	}
	return d.get(ctx, info, dir)
}

func (d Downloader) get(ctx context.Context, info Info, dir string) (path string, err error) {
	if dir == "" {
		return "", errors.New("there is no folder to put the data in; name one with -data")
	}
	for _, source := range info.Sources {
		path := filepath.Join(dir, filepath.FromSlash(source.File))
		if _, err := os.Stat(path); err != nil {
			continue
		}
		if err := source.check(path); err != nil {
			return "", fmt.Errorf("cannot get %s: there is a file already, but %w; move it away first", info.Name, err)
		}
		return path, nil
	}
	var errs []error
	for _, source := range info.Sources {
		path := filepath.Join(dir, filepath.FromSlash(source.File))
		err := d.fetch(ctx, source, path)
		if err == nil {
			return path, nil
		}
		errs = append(errs, err)
		if ctx.Err() != nil {
			break
		}
	}
	return "", fmt.Errorf("cannot get %s: %w", info.Name, errors.Join(errs...))
}

// fetch brings one source to path.
func (d Downloader) fetch(ctx context.Context, source Source, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("cannot make the folder: %w; name another data folder", err)
	}
	part := path + ".part"
	if err := d.transfer(ctx, source, part, path); err != nil {
		return err
	}
	if err := source.check(part); err != nil {
		os.Remove(part)
		return fmt.Errorf("%w; the transfer was thrown away: run the command again, or put the file at %s by hand", err, path)
	}
	if err := os.Rename(part, path); err != nil {
		return fmt.Errorf("cannot put the file in place: %w", err)
	}
	return nil
}

// transfer completes the part file from where it ends.
func (d Downloader) transfer(ctx context.Context, source Source, part, path string) (err error) {
	url := source.URL
	if d.Mirror != "" {
		url = strings.TrimSuffix(d.Mirror, "/") + "/" + source.File
	}
	file, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("cannot write the transfer: %w; name another data folder", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	have, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}

	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Errorf("%s is no web address: %w", url, err)
	}
	if have > 0 {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
	}
	response, err := d.client().Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("stopped (%w); run the command again to go on", ctx.Err())
		}
		if cause := errors.Unwrap(err); cause != nil {
			err = cause // without the address, which follows
		}
		return fmt.Errorf("cannot reach %s: %w; without a network, fetch that file elsewhere and put it at %s", url, err, path)
	}
	defer response.Body.Close()

	switch response.StatusCode {
	case http.StatusPartialContent:
		if start, ok := rangeStart(response); !ok || start != have {
			return fmt.Errorf("%s answered a request for bytes from %d with %q; remove %s and run the command again",
				url, have, response.Header.Get("Content-Range"), part)
		}
	case http.StatusOK: // the server cannot resume
		have = 0
		if err := file.Truncate(0); err != nil {
			return fmt.Errorf("cannot write the transfer: %w", err)
		}
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return err
		}
	case http.StatusRequestedRangeNotSatisfiable: // nothing is missing; the checksum decides
		return nil
	default:
		return fmt.Errorf("%s answered %s; see %s for where the file went, and put it at %s by hand", url, response.Status, source.URL, path)
	}
	total := source.Bytes
	if total == 0 && response.ContentLength > 0 {
		total = have + response.ContentLength
	}
	counter := &counter{w: file, done: have, total: total, report: d.Progress}
	if _, err := io.Copy(counter, response.Body); err != nil {
		return fmt.Errorf("the transfer of %s stopped after %d bytes of %d: %w; run the command again to go on from there", url, counter.done, total, err)
	}
	if err := file.Sync(); err != nil {
		return fmt.Errorf("cannot write the transfer: %w", err)
	}
	return nil
}

// client gives up on a source that does not answer; a slow transfer may take as long as it needs.
func (d Downloader) client() *http.Client {
	if d.Client != nil {
		return d.Client
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.ResponseHeaderTimeout = time.Minute
	transport.DisableCompression = true // byte ranges and sums are of the file itself
	return &http.Client{Transport: transport}
}

// rangeStart reads the first byte's number from "Content-Range: bytes 100-199/200".
func rangeStart(response *http.Response) (int64, bool) {
	value, ok := strings.CutPrefix(response.Header.Get("Content-Range"), "bytes ")
	first, _, dash := strings.Cut(value, "-")
	start, err := strconv.ParseInt(first, 10, 64)
	return start, ok && dash && err == nil
}

// check compares a served file with the published sum.
func (s Source) check(path string) error {
	sums, err := Stream(path, func(io.Reader) error { return nil })
	if err != nil {
		return err
	}
	algorithm, want := s.Checksum()
	got := sums.StoredMD5
	if s.SHA256 != "" {
		got = sums.PlainSHA256
	}
	if got != want {
		return fmt.Errorf("the %s of %s is %s, but the published one is %s", algorithm, path, got, want)
	}
	return nil
}

// counter reports how far a transfer is.
type counter struct {
	w           io.Writer
	done, total int64
	report      func(done, total int64)
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.done += int64(n)
	if c.report != nil {
		c.report(c.done, c.total)
	}
	return n, err
}
