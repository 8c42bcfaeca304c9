// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOrderOfFilesIsOfNoConsequence(t *testing.T) {
	a, b := certificate(t, "a"), certificate(t, "b")
	both := filepath.Join(t.TempDir(), "both.pem")
	write(t, both, read(t, b)+"a comment between\n"+read(t, a))
	one := bundle(t, a, b)
	if strings.Count(one, "BEGIN CERTIFICATE") != 2 {
		t.Fatalf("bundle of two certificates:\n%s", one)
	}
	for _, files := range [][]string{{b, a}, {both}, {both, a}} {
		if got := bundle(t, files...); got != one {
			t.Errorf("bundle of %v differs from that of a, b", files)
		}
	}
}

func TestRefuses(t *testing.T) {
	good := read(t, certificate(t, "a"))
	file := filepath.Join(t.TempDir(), "x.crt")
	for _, test := range []struct{ text, err string }{
		{"no PEM", "found no PEM block, expected at least one CERTIFICATE"},
		{string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY"})), `found a PEM block "PRIVATE KEY", expected CERTIFICATE`},
		{string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")})), "x509: malformed certificate"},
		{good + strings.Replace(good, "M", "!", 1), "found 1 whole PEM blocks, expected 2: a block is damaged"},
		{good + good[:len(good)-10], "found 1 whole PEM blocks, expected 2: a block is damaged"},
	} {
		write(t, file, test.text)
		output := filepath.Join(t.TempDir(), "out")
		err := run(t.Context(), []string{"--output=" + output, "--certificate=" + file}, io.Discard, io.Discard)
		if want := `parsing certificate "` + file + `": ` + test.err; err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
		if _, err := os.Stat(output); err == nil {
			t.Error("something was written all the same")
		}
	}
}

func bundle(t *testing.T, files ...string) string {
	t.Helper()
	output := filepath.Join(t.TempDir(), "out")
	args := []string{"--output=" + output}
	for _, file := range files {
		args = append(args, "--certificate="+file)
	}
	if err := run(t.Context(), args, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	return read(t, output)
}

func certificate(t *testing.T, name string) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), name+".crt")
	write(t, file, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	return file
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
