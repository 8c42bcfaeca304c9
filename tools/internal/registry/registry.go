// SPDX-License-Identifier: Apache-2.0

// Package registry sends images to registries. It is the only package of the tools that opens a socket.
//
// It speaks https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md itself rather than through go-containerregistry's
// remote package, because a push shall tell for each blob whether it was uploaded, mounted or there already, and for each refusal
// which credentials were looked for where. The authentication handshake is go-containerregistry's.
package registry

import (
	"context"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/rules-node-image/rules_node_image/tools/internal/oci"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sync/errgroup"
)

// parallel is how many blobs of a repository are on their way at a time.
const parallel = 4

// Target is a repository and the tags to set there. Without tags the image is pushed by its digest.
type Target struct {
	Repository name.Repository
	Tags       []string
	// Insecure targets are spoken to by plain http.
	Insecure bool
}

// The grammar of distribution-spec, "pulling manifests".
var (
	repositoryPath = regexp.MustCompile(`^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$`)
	tagName        = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)
)

// ParseTarget checks a repository and its tags. insecure is implied by a registry on this machine.
func ParseTarget(repository string, tags []string, insecure bool) (Target, error) {
	host, path, ok := strings.Cut(repository, "/")
	if !ok || host != "localhost" && !strings.ContainsAny(host, ".:") {
		return Target{}, fmt.Errorf("repository %q: expected the registry and the path, such as \"registry.example/team/app\"; Docker Hub is \"docker.io\"", repository)
	}
	if !repositoryPath.MatchString(path) {
		return Target{}, fmt.Errorf("repository %q: expected a path of lower case letters, digits and single separators \".\", \"_\", \"-\", \"/\", without a tag or a digest, found %q", repository, path)
	}
	insecure = insecure || isLoopback(host)
	options := []name.Option{name.StrictValidation}
	if insecure {
		options = append(options, name.Insecure)
	}
	registry, err := name.NewRegistry(host, options...)
	if err != nil {
		return Target{}, fmt.Errorf("repository %q: expected a registry's host name, with or without a port, found %q", repository, host)
	}
	for _, tag := range tags {
		if !tagName.MatchString(tag) {
			return Target{}, fmt.Errorf("tag %q: expected 1 to 128 letters, digits, \"_\", \".\" or \"-\", not beginning with \".\" or \"-\"", tag)
		}
	}
	return Target{Repository: registry.Repo(path), Tags: tags, Insecure: insecure}, nil
}

func isLoopback(host string) bool {
	if bare, _, err := net.SplitHostPort(host); err == nil {
		host = bare
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Pusher pushes images. Log receives a line for each blob and a summary for each repository.
type Pusher struct {
	Log io.Writer

	mu sync.Mutex
	// delays between attempts; tests shorten them.
	delays []time.Duration
}

// NewPusher returns a Pusher that tries five times within about four seconds.
func NewPusher(log io.Writer) *Pusher {
	const ms = time.Millisecond
	return &Pusher{Log: log, delays: []time.Duration{250 * ms, 500 * ms, 1000 * ms, 2000 * ms}}
}

// Push sends the image to each target in turn and returns a line "repository@digest" for each. The error of a target is the end:
// earlier targets have the image, later ones do not.
func (p *Pusher) Push(ctx context.Context, image *oci.Image, targets []Target) ([]string, error) {
	var pushed []string
	for i, target := range targets {
		if err := p.pushOne(ctx, image, target, siblings(target, targets[:i])); err != nil {
			return pushed, fmt.Errorf("pushing to %q: %w", shown(target.Repository), err)
		}
		pushed = append(pushed, shown(target.Repository)+"@"+image.Digest.String())
	}
	return pushed, nil
}

// Shown returns the target's repository as users write it.
func (t Target) Shown() string { return shown(t.Repository) }

func shown(repository name.Repository) string {
	return host(repository) + "/" + repository.RepositoryStr()
}

// host is the registry's name as users write it.
func host(repository name.Repository) string {
	if repository.RegistryStr() == name.DefaultRegistry {
		return "docker.io"
	}
	return repository.RegistryStr()
}

// siblings returns the repositories of the same registry that have the image already: from them blobs are mounted.
func siblings(target Target, done []Target) []name.Repository {
	var found []name.Repository
	for _, other := range done {
		if other.Repository.RegistryStr() == target.Repository.RegistryStr() && other.Repository.RepositoryStr() != target.Repository.RepositoryStr() {
			found = append(found, other.Repository)
		}
	}
	return found
}

func (p *Pusher) pushOne(ctx context.Context, image *oci.Image, target Target, from []name.Repository) error {
	c, err := p.connect(ctx, target, from)
	if err != nil {
		return err
	}
	var count tally
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for _, blob := range distinct(append([]v1.Descriptor{image.Manifest.Config}, image.Manifest.Layers...)) {
		group.Go(func() error {
			how, err := c.ensure(groupCtx, blob, image.Blob(blob.Digest))
			if err != nil {
				return err
			}
			p.report(&count, blob, how)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	names := target.Tags
	if len(names) == 0 {
		names = []string{image.Digest.String()}
	}
	for _, name := range names {
		if err := c.putManifest(ctx, image, name); err != nil {
			return err
		}
	}
	fmt.Fprintf(p.Log, "%s: %s\n", target.Shown(), count)
	return nil
}

func distinct(blobs []v1.Descriptor) []v1.Descriptor {
	var found []v1.Descriptor
	seen := map[v1.Hash]bool{}
	for _, blob := range blobs {
		if !seen[blob.Digest] {
			seen[blob.Digest] = true
			found = append(found, blob)
		}
	}
	return found
}

func (p *Pusher) report(count *tally, blob v1.Descriptor, how outcome) {
	p.mu.Lock()
	defer p.mu.Unlock()
	count.add(blob.Size, how)
	fmt.Fprintf(p.Log, "  %s  %9s  %s\n", oci.Short(blob.Digest), oci.Size(blob.Size), how)
}

// outcome is how a blob came to be in a repository.
type outcome string

const (
	exists   outcome = "exists"
	uploaded outcome = "uploaded"
	mounted  outcome = "mounted"
)

type tally struct {
	blobs map[outcome]int
	bytes int64
}

func (t *tally) add(size int64, how outcome) {
	if t.blobs == nil {
		t.blobs = map[outcome]int{}
	}
	t.blobs[how]++
	if how == uploaded {
		t.bytes += size
	}
}

// String is the summary of a push.
func (t tally) String() string {
	text := fmt.Sprintf("pushed %d blobs (%s), %d already there", t.blobs[uploaded], oci.Size(t.bytes), t.blobs[exists])
	if n := t.blobs[mounted]; n > 0 {
		text += fmt.Sprintf(", %d mounted", n)
	}
	return text
}
