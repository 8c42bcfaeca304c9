// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"

	"github.com/rules-node-image/rules_node_image/tools/internal/oci"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// client speaks to one repository. Its errors are ready for people.
type client struct {
	http       *http.Client
	repository name.Repository
	// from are repositories of the same registry in which the blobs are.
	from  []name.Repository
	retry retrier
	login login
}

// ensure makes a blob be in the repository and says how.
func (c *client) ensure(ctx context.Context, blob v1.Descriptor, file string) (outcome, error) {
	there := false
	err := c.do(ctx, func() (err error) {
		there, err = c.has(ctx, blob.Digest)
		return err
	})
	if err != nil {
		return "", err
	}
	if there {
		return exists, nil
	}
	how := uploaded
	err = c.do(ctx, func() error {
		location, err := c.startUpload(ctx, blob.Digest)
		switch {
		case err != nil:
			return err
		case location == nil:
			how = mounted
			return nil
		}
		return c.finishUpload(ctx, location, blob, file)
	})
	return how, err
}

// do tries an operation as often as is sensible and explains the error that remains.
func (c *client) do(ctx context.Context, operation func() error) error {
	return c.login.explain(c.retry.do(ctx, host(c.repository), operation))
}

func (c *client) url(format string, a ...any) *url.URL {
	return &url.URL{
		// The transport below decides between http and https.
		Scheme: "https",
		Host:   c.repository.RegistryStr(),
		Path:   "/v2/" + c.repository.RepositoryStr() + fmt.Sprintf(format, a...),
	}
}

func (c *client) has(ctx context.Context, digest v1.Hash) (bool, error) {
	response, err := c.send(ctx, http.MethodHead, c.url("/blobs/%s", digest), nil, http.StatusOK, http.StatusNotFound)
	if err != nil {
		return false, err
	}
	return response.StatusCode == http.StatusOK, nil
}

// startUpload returns where to put the blob, or nil if the registry took it from a sibling repository.
func (c *client) startUpload(ctx context.Context, digest v1.Hash) (*url.URL, error) {
	target := c.url("/blobs/uploads/")
	if len(c.from) > 0 {
		// One sibling is enough: each of them got every blob before.
		target.RawQuery = url.Values{"mount": {digest.String()}, "from": {c.from[0].RepositoryStr()}}.Encode()
	}
	response, err := c.send(ctx, http.MethodPost, target, nil, http.StatusAccepted, http.StatusCreated)
	if err != nil {
		return nil, err
	}
	if response.StatusCode == http.StatusCreated {
		return nil, nil
	}
	location, err := response.Location()
	if err != nil {
		return nil, fmt.Errorf("starting the upload of %s: the registry named no place to upload to: %w", digest, err)
	}
	return location, nil
}

func (c *client) finishUpload(ctx context.Context, location *url.URL, blob v1.Descriptor, file string) error {
	query := location.Query()
	query.Set("digest", blob.Digest.String())
	location.RawQuery = query.Encode()
	_, err := c.send(ctx, http.MethodPut, location, &content{
		mediaType: "application/octet-stream",
		size:      blob.Size,
		open:      func() (io.ReadCloser, error) { return os.Open(file) },
	}, http.StatusCreated, http.StatusNoContent)
	return err
}

// putManifest makes a tag, or the digest, name the image.
func (c *client) putManifest(ctx context.Context, image *oci.Image, name string) error {
	return c.do(ctx, func() error {
		response, err := c.send(ctx, http.MethodPut, c.url("/manifests/%s", name), &content{
			mediaType: string(image.MediaType),
			size:      int64(len(image.Raw)),
			open:      func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(image.Raw)), nil },
		}, http.StatusCreated)
		if err != nil {
			return err
		}
		if got := response.Header.Get("Docker-Content-Digest"); got != "" && got != image.Digest.String() {
			return fmt.Errorf("the registry says that %q is %s, expected %s: it changed the manifest", name, got, image.Digest)
		}
		return nil
	})
}

// content is a request's body, which may have to be sent again.
type content struct {
	mediaType string
	size      int64
	open      func() (io.ReadCloser, error)
}

// send makes one request. A status that is not among the expected is an error; the response's body is read and closed.
func (c *client) send(ctx context.Context, method string, target *url.URL, body *content, expected ...int) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, target.String(), nil)
	if err != nil {
		return nil, err
	}
	if body != nil {
		if request.Body, err = body.open(); err != nil {
			return nil, err
		}
		request.GetBody, request.ContentLength = body.open, body.size
		request.Header.Set("Content-Type", body.mediaType)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return nil, err
	}
	if !slices.Contains(expected, response.StatusCode) {
		return nil, newStatusError(response, text)
	}
	return response, nil
}
