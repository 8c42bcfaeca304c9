module github.com/rules-node-image/rules_node_image

go 1.25.0

require (
	github.com/bazelbuild/rules_go v0.59.0 // finds runfiles
	github.com/google/go-containerregistry v0.22.1 // OCI types; the registry protocol
	github.com/klauspost/compress v1.20.3 // gzip and zstd, faster than the standard library and pinned apart from it
	github.com/klauspost/pgzip v1.3.0 // gzip on several cores with blocks of a fixed size
	golang.org/x/sync v0.22.0 // bounded parallel uploads
	golang.org/x/sys v0.47.0 // namespaces and mounts of the image test
	google.golang.org/protobuf v1.36.3 // reads what starlark_doc_extract writes
)

require (
	github.com/BurntSushi/toml v1.4.1-0.20240526193622-a339e1f7089c // indirect
	github.com/bazelbuild/buildtools v0.0.0-20260904073137-eaa4d125b423 // indirect
	github.com/docker/cli v29.7.2+incompatible // indirect
	github.com/docker/docker-credential-helpers v0.9.3 // indirect
	github.com/golang/protobuf v1.5.4 // indirect
	github.com/google/go-cmp v0.7.0 // indirect
	github.com/google/safeopen v0.0.0-20260327150837-43626d6f4685 // indirect
	github.com/opencontainers/go-digest v1.0.0 // indirect
	github.com/opencontainers/image-spec v1.1.1 // indirect
	github.com/sirupsen/logrus v1.9.4 // indirect
	golang.org/x/exp/typeparams v0.0.0-20231108232855-2478ac86f678 // indirect
	golang.org/x/mod v0.39.0 // indirect
	golang.org/x/tools v0.49.0 // indirect
	gotest.tools/v3 v3.5.2 // indirect
	honnef.co/go/tools v0.7.0 // indirect
)

tool (
	github.com/bazelbuild/buildtools/buildifier
	honnef.co/go/tools/cmd/staticcheck
)
