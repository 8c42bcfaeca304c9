// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

var errPlainHTTP = errors.New("refusing to follow a registry that is not marked as insecure to plain http")

// connect finds credentials and makes the authentication handshake.
func (p *Pusher) connect(ctx context.Context, target Target, from []name.Repository) (*client, error) {
	c := &client{repository: target.Repository, from: from, retry: retrier{p.delays}}
	var err error
	if c.login, err = findLogin(ctx, target.Repository); err != nil {
		return nil, err
	}
	scopes := []string{target.Repository.Scope("push,pull")}
	for _, sibling := range from {
		scopes = append(scopes, sibling.Scope("pull"))
	}
	base := &guard{base: newTransport(), host: target.Repository.RegistryStr(), insecure: target.Insecure}
	err = c.do(ctx, func() error {
		authenticated, err := transport.NewWithContext(ctx, target.Repository.Registry, authn.FromConfig(c.login.config), base, scopes)
		c.http = &http.Client{Transport: authenticated}
		return err
	})
	return c, err
}

func newTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DialContext = (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	t.TLSHandshakeTimeout = 10 * time.Second
	// A registry may hash a large layer before it answers.
	t.ResponseHeaderTimeout = 5 * time.Minute
	t.MaxIdleConnsPerHost = parallel
	return t
}

// guard decides between http and https, which go-containerregistry would guess from the host's name: credentials must not leave in
// clear text because a host has a private address.
type guard struct {
	base     http.RoundTripper
	host     string
	insecure bool
}

// RoundTrip implements http.RoundTripper.
func (g *guard) RoundTrip(request *http.Request) (*http.Response, error) {
	scheme := "https"
	if g.insecure {
		scheme = "http"
	}
	switch {
	case request.URL.Host == g.host && request.URL.Scheme != scheme:
		request = request.Clone(request.Context())
		request.URL.Scheme = scheme
	case !g.insecure && request.URL.Scheme != "https":
		if request.Body != nil {
			request.Body.Close()
		}
		return nil, fmt.Errorf("%w: %s", errPlainHTTP, request.URL.Host)
	}
	return g.base.RoundTrip(request)
}
