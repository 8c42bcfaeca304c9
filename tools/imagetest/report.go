// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// Places are folders and files that Bazel names. An empty one is not there.
type Places struct {
	// Scratch is the parent of what is unpacked; empty: the system's folder for temporary files.
	Scratch string
	// XML is the file of the JUnit report.
	XML string
}

// outcome is what became of a check.
type outcome struct {
	title    string
	detail   string
	problems []string
	took     time.Duration
}

// test runs the checks of a configuration and reports each. Its error, if any, says how many did not pass.
func test(ctx context.Context, file string, config Config, places Places, stdout io.Writer) (err error) {
	checks, err := config.checks()
	if err == nil {
		err = config.validate()
	}
	if err != nil {
		return fmt.Errorf("reading %q: %w", file, err)
	}
	subject, err := unpack(config, places.Scratch)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, subject.remove()) }()
	var outcomes []outcome
	failed := 0
	for _, c := range checks {
		o, err := try(ctx, subject, c, config.timeout())
		if err != nil {
			return fmt.Errorf("checking %s: %w", c.title(), err)
		}
		if len(o.problems) > 0 {
			failed++
		}
		outcomes = append(outcomes, o)
		fmt.Fprint(stdout, o)
	}
	fmt.Fprintf(stdout, "%d passed, %d failed\n", len(checks)-failed, failed)
	if err := writeJUnit(places.XML, outcomes); err != nil {
		return err
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d checks did not pass", failed, len(checks))
	}
	return nil
}

func try(test context.Context, s *subject, c check, limit time.Duration) (outcome, error) {
	ctx, cancel := context.WithTimeout(test, limit)
	defer cancel()
	start := time.Now()
	detail, problems, err := c.run(&attempt{subject: s, ctx: ctx, test: test, limit: limit})
	if err == nil {
		err = test.Err()
	}
	return outcome{c.title(), detail, problems, time.Since(start)}, err
}

// String is the outcome's part of the report: one line, and those of its problems indented below.
func (o outcome) String() string {
	verdict := "PASS"
	if len(o.problems) > 0 {
		verdict = "FAIL"
	}
	head := verdict + " " + o.title
	if o.detail != "" {
		head += " " + o.detail
	}
	text := fmt.Sprintf("%s (%d ms)\n", head, o.took.Milliseconds())
	for _, problem := range o.problems {
		text += "     " + problem + "\n"
	}
	return text
}

// The JUnit format, as far as Bazel and those who read its reports use it.
type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitFailure `xml:"failure"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

func writeJUnit(path string, outcomes []outcome) error {
	if path == "" {
		return nil
	}
	suite := junitSuite{Name: "node_image_test", Tests: len(outcomes)}
	for _, o := range outcomes {
		c := junitCase{Name: o.title, Time: fmt.Sprintf("%.3f", o.took.Seconds())}
		if len(o.problems) > 0 {
			suite.Failures++
			c.Failure = &junitFailure{Message: o.problems[0], Text: strings.Join(o.problems, "\n")}
		}
		suite.Cases = append(suite.Cases, c)
	}
	data, err := xml.MarshalIndent(struct {
		XMLName xml.Name   `xml:"testsuites"`
		Suite   junitSuite `xml:"testsuite"`
	}{Suite: suite}, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the JUnit report: %w", err)
	}
	if err := os.WriteFile(path, append([]byte(xml.Header), append(data, '\n')...), 0o644); err != nil {
		return fmt.Errorf("writing the JUnit report: %w", err)
	}
	return nil
}
