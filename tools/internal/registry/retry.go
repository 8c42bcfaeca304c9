// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// maxDelay bounds what a registry may ask for by Retry-After.
const maxDelay = 10 * time.Second

// statusError is an answer that was not hoped for.
type statusError struct {
	method, path string
	code         int
	// message is what the registry says about it, possibly nothing.
	message    string
	retryAfter time.Duration
}

func (e *statusError) Error() string {
	text := fmt.Sprintf("%s %s: %d %s", e.method, e.path, e.code, http.StatusText(e.code))
	if e.message != "" {
		text += ": " + e.message
	}
	return text
}

func newStatusError(response *http.Response, body []byte) *statusError {
	e := &statusError{method: response.Request.Method, path: response.Request.URL.Path, code: response.StatusCode, message: message(body)}
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil {
		e.retryAfter = min(time.Duration(seconds)*time.Second, maxDelay)
	}
	return e
}

// message reads an error body: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes
func message(body []byte) string {
	var document struct {
		Errors []struct{ Code, Message string }
	}
	if json.Unmarshal(body, &document) == nil {
		var texts []string
		for _, e := range document.Errors {
			texts = append(texts, strings.Trim(e.Code+": "+e.Message, ": "))
		}
		return strings.Join(texts, "; ")
	}
	text, _, _ := strings.Cut(strings.TrimSpace(string(body)), "\n")
	return text[:min(len(text), 200)]
}

// retrier repeats what may go better the next time.
type retrier struct{ delays []time.Duration }

// do runs an operation against a host until it succeeds, fails for good, or the delays are used up.
func (r retrier) do(ctx context.Context, host string, operation func() error) error {
	for attempt := 1; ; attempt++ {
		err := operation()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case !temporary(err):
			return unanswered(err, host, "")
		case attempt > len(r.delays):
			return unanswered(err, host, fmt.Sprintf(" after %d attempts", attempt))
		}
		if err := pause(ctx, max(r.delays[attempt-1], retryAfter(err))); err != nil {
			return err
		}
	}
}

func pause(ctx context.Context, delay time.Duration) error {
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

func retryAfter(err error) time.Duration {
	var status *statusError
	if errors.As(err, &status) {
		return status.retryAfter
	}
	return 0
}

// temporary says whether a registry, or the way to it, may be better in a moment.
func temporary(err error) bool {
	if code := statusOf(err); code != 0 {
		return code == http.StatusTooManyRequests || code == http.StatusRequestTimeout || code >= 500 && code != http.StatusNotImplemented
	}
	var sent *url.Error
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	switch {
	case !errors.As(err, &sent), errors.Is(err, http.ErrSchemeMismatch), errors.Is(err, errPlainHTTP), errors.As(err, &certificate):
		return false
	case errors.As(err, &dns):
		return dns.IsTemporary
	case isDialTimeout(err):
		// The wait is over already.
		return false
	}
	return true
}

func isDialTimeout(err error) bool {
	var operation *net.OpError
	return errors.As(err, &operation) && operation.Op == "dial" && operation.Timeout()
}

// statusOf returns the HTTP status of an answer, be it to us or to the authentication handshake; 0 if there was no answer.
func statusOf(err error) int {
	var status *statusError
	var handshake *transport.Error
	switch {
	case errors.As(err, &status):
		return status.code
	case errors.As(err, &handshake):
		return handshake.StatusCode
	}
	return 0
}

// unanswered says of an error without an answer which host it was, and leaves out the URL, which may hold a signature.
func unanswered(err error, host, attempts string) error {
	var sent *url.Error
	switch {
	case errors.Is(err, http.ErrSchemeMismatch):
		return fmt.Errorf("registry %s speaks plain http, expected https: set insecure = True if that is what you want", host)
	case errors.As(err, &sent) && attempts == "":
		return fmt.Errorf("reaching registry %s: %w", host, sent.Err)
	case errors.As(err, &sent):
		return fmt.Errorf("registry %s does not answer%s: %w", host, attempts, sent.Err)
	case attempts != "":
		return fmt.Errorf("registry %s still fails%s: %w", host, attempts, err)
	}
	return err
}
