// SPDX-License-Identifier: Apache-2.0

// Command certificates joins CA certificates into the one PEM file that programs look for.
package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/rules-node-image/rules_node_image/tools/internal/cli"
	"github.com/rules-node-image/rules_node_image/tools/internal/outfile"
)

func main() { cli.Main("certificates", run) }

func run(_ context.Context, args []string, _, stderr io.Writer) error {
	flags := cli.Flags("certificates", stderr)
	output := flags.String("output", "", "the bundle to write")
	var certificates cli.Strings
	flags.Var(&certificates, "certificate", "a PEM file; may be repeated")
	if err := cli.Parse(flags, args, "output", "certificate"); err != nil {
		return err
	}
	bundle, err := join(certificates)
	if err != nil {
		return err
	}
	return outfile.Write(*output, func(w io.Writer) error {
		_, err := w.Write(bundle)
		return err
	})
}

// join returns the certificates of all files in PEM, ordered by their bytes so that the order of files is of no
// consequence, each once.
func join(files []string) ([]byte, error) {
	var all [][]byte
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		found, err := parse(data)
		if err != nil {
			return nil, fmt.Errorf("parsing certificate %q: %w", file, err)
		}
		all = append(all, found...)
	}
	slices.SortFunc(all, bytes.Compare)
	all = slices.CompactFunc(all, bytes.Equal)
	return bytes.Join(all, nil), nil
}

func parse(data []byte) ([][]byte, error) {
	var found [][]byte
	begun := bytes.Count(data, []byte("-----BEGIN "))
	for {
		block, rest := pem.Decode(data)
		if block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("found a PEM block %q, expected CERTIFICATE", block.Type)
		}
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return nil, err
		}
		found = append(found, pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: block.Bytes}))
		data = rest
	}
	if len(found) == 0 {
		return nil, errors.New("found no PEM block, expected at least one CERTIFICATE")
	}
	// pem.Decode passes over a block that is damaged.
	if len(found) != begun {
		return nil, fmt.Errorf("found %d whole PEM blocks, expected %d: a block is damaged", len(found), begun)
	}
	return found, nil
}
