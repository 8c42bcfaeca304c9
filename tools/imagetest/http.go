// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// httpCheck sends a request to the image's program, as soon as the port accepts connections, and looks at the answer. Redirects
// are answers like others.
type httpCheck struct {
	kind
	Port    int               `json:"port"`
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`

	Status          int               `json:"status"`
	BodyContains    []string          `json:"body_contains"`
	BodyEquals      *string           `json:"body_equals"`
	JSON            json.RawMessage   `json:"json"`
	ResponseHeaders map[string]string `json:"response_headers"`
}

// maxBody bounds what is read of an answer, in bytes.
const maxBody = 16 << 20

func (c *httpCheck) title() string { return fmt.Sprintf("http %s :%d%s", c.Method, c.Port, c.Path) }

func (c *httpCheck) validate() error {
	if err := validPort(c.Port); err != nil {
		return err
	}
	if !strings.HasPrefix(c.Path, "/") {
		return fmt.Errorf("path: found %q, expected one that starts with \"/\"", c.Path)
	}
	if c.Status < 100 || c.Status > 599 {
		return fmt.Errorf("status: found %d, expected 100 to 599", c.Status)
	}
	_, err := c.request(context.Background())
	return err
}

func validPort(port int) error {
	if port < 1 || port > 65535 {
		return fmt.Errorf("port: found %d, expected 1 to 65535", port)
	}
	return nil
}

func (c *httpCheck) request(ctx context.Context) (*http.Request, error) {
	url := "http://" + net.JoinHostPort("localhost", strconv.Itoa(c.Port)) + c.Path
	request, err := http.NewRequestWithContext(ctx, c.Method, url, strings.NewReader(c.Body))
	if err != nil {
		return nil, err
	}
	for name, value := range c.Headers {
		request.Header.Set(name, value)
		if http.CanonicalHeaderKey(name) == "Host" {
			request.Host = value
		}
	}
	return request, nil
}

func (c *httpCheck) run(a *attempt) (string, []string, error) {
	program, err := a.serve()
	if err != nil {
		problems, err := fault(err)
		return "", problems, err
	}
	if err := program.listening(a, c.Port); err != nil {
		return "", append([]string{err.Error()}, program.output.quote()...), nil
	}
	response, body, err := c.exchange(a, program)
	if err != nil {
		return "", append([]string{fmt.Sprintf("exchanging the request: %v", err)}, program.output.quote()...), nil
	}
	problems := c.compare(response, body)
	if len(problems) > 0 {
		problems = append(problems, quoteText("body", body)...)
		problems = append(problems, program.output.quote()...)
	}
	return strconv.Itoa(response.StatusCode), problems, nil
}

func (c *httpCheck) exchange(a *attempt, program *service) (*http.Response, string, error) {
	request, err := c.request(a.ctx)
	if err != nil {
		return nil, "", err
	}
	transport := &http.Transport{
		DisableKeepAlives: true,
		// No proxy of the machine's, and no name lookup: the only way goes through the sandbox's door.
		DialContext: func(context.Context, string, string) (net.Conn, error) { return program.process.Dial(c.Port) },
	}
	client := http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody))
	return response, string(body), err
}

func (c *httpCheck) compare(response *http.Response, body string) []string {
	var problems []string
	if response.StatusCode != c.Status {
		problems = append(problems, fmt.Sprintf("status: found %d, expected %d", response.StatusCode, c.Status))
	}
	for _, name := range slices.Sorted(maps.Keys(c.ResponseHeaders)) {
		found, expected := response.Header.Get(name), c.ResponseHeaders[name]
		// "application/json" is what "application/json; charset=utf-8" says, without the parameter.
		value, _, _ := strings.Cut(found, ";")
		if found != expected && strings.TrimSpace(value) != expected {
			problems = append(problems, fmt.Sprintf("response header %q: found %q, expected %q", name, found, expected))
		}
	}
	problems = append(problems, missing("body", body, c.BodyContains)...)
	if c.BodyEquals != nil && body != *c.BodyEquals {
		problems = append(problems, fmt.Sprintf("body: found %q, expected %q", body, *c.BodyEquals))
	}
	if c.JSON != nil {
		problems = append(problems, compareJSON(body, c.JSON)...)
	}
	return problems
}

// compareJSON compares values, not spellings: spaces and the order of keys do not count.
func compareJSON(body string, expected json.RawMessage) []string {
	var found, wanted any
	if err := json.Unmarshal([]byte(body), &found); err != nil {
		return []string{fmt.Sprintf("body: parsing it as JSON: %v", err)}
	}
	if err := json.Unmarshal(expected, &wanted); err != nil || reflect.DeepEqual(found, wanted) {
		return nil // The configuration was parsed before: err is nil.
	}
	rendered, _ := json.Marshal(wanted)
	return []string{fmt.Sprintf("body: found other JSON than the expected %s", rendered)}
}

// missing says which of the texts are not in output.
func missing(name, output string, texts []string) []string {
	var problems []string
	for _, text := range texts {
		if !strings.Contains(output, text) {
			problems = append(problems, fmt.Sprintf("%s: found no %q, expected it somewhere", name, text))
		}
	}
	return problems
}
