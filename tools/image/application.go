// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"slices"

	"github.com/rules-node-image/rules_node_image/tools/internal/entrypoint"
	"github.com/rules-node-image/rules_node_image/tools/internal/oci"
	"github.com/rules-node-image/rules_node_image/tools/internal/wire"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// application checks that the image holds what the application in --app-dir needs, and fills in the command if it follows from that.
func (o *options) application(s *oci.Settings, base *oci.Image, layers []wire.LayerFile) error {
	var inherited v1.Config
	if base != nil {
		inherited = base.Config.Config
	}
	tree, err := readTree(layers)
	if err != nil {
		return err
	}
	app := entrypoint.App{Tree: tree, Dir: o.appDir, Workdir: cmp.Or(s.Workdir, inherited.WorkingDir)}
	if err := o.checkPackages(app); err != nil {
		return err
	}
	start := s.Entrypoint
	if len(start) == 0 {
		start = inherited.Entrypoint
	}
	switch {
	case !entrypoint.IsNode(start):
		return nil
	case len(s.Cmd) > 0:
		return app.Check(start, s.Cmd)
	case len(s.Entrypoint) > 0 || len(inherited.Cmd) == 0 || slices.Equal(inherited.Cmd, []string{"."}):
		return o.derive(s, app)
	}
	return nil
}

func (o *options) derive(s *oci.Settings, app entrypoint.App) error {
	manifest, err := o.manifest()
	if err != nil {
		return err
	}
	s.Cmd, err = app.Derive(manifest)
	return err
}

func (o *options) checkPackages(app entrypoint.App) error {
	if !o.npmPackages || o.packageJSON == "" {
		return nil
	}
	manifest, err := o.manifest()
	if err != nil {
		return err
	}
	return app.CheckInstalled(*manifest)
}

// manifest is nil if there is no package.json.
func (o *options) manifest() (*entrypoint.Manifest, error) {
	if o.packageJSON == "" {
		return nil, nil
	}
	manifest, err := entrypoint.ReadManifest(o.packageJSON)
	return &manifest, err
}

func readTree(layers []wire.LayerFile) (entrypoint.Tree, error) {
	var listings []string
	for _, layer := range layers {
		listings = append(listings, layer.Listing)
	}
	return entrypoint.ReadTree(listings)
}
