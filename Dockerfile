# JupyterLab with the Go kernel of this project and XLA for the CPU, run by a normal user. The image holds no data.
#
#   docker build -t mambamixer .
#   docker run --rm -p 127.0.0.1:8888:8888 \
#       -v "$HOME/.local/share/mambamixer:/home/mamba/.local/share/mambamixer" mambamixer
#
# and open the address that it prints. The folder mounted is where the project looks for data; `mambamixer data get`
# in a terminal of JupyterLab fills it. It must be writable by user id 1000.

FROM golang:1.26.8-bookworm AS tools
WORKDIR /src
COPY tools/go.mod tools/go.sum ./
# goimports runs before every cell; gopls gives completion. gopls needs another golang.org/x/tools, so it comes apart.
RUN GOBIN=/out go install github.com/janpfeifer/gonb golang.org/x/tools/cmd/goimports \
 && GOBIN=/out go install golang.org/x/tools/gopls@v0.23.0

FROM python:3.11-slim-bookworm
# Cells are compiled when they run: they need Go and, for XLA, a C compiler.
RUN apt-get update \
 && apt-get install -y --no-install-recommends gcc libc6-dev libstdc++6 make \
 && rm -rf /var/lib/apt/lists/* \
 && pip install --no-cache-dir jupyterlab==4.6.6 \
 && useradd --create-home --uid 1000 mamba
COPY --from=tools /usr/local/go /usr/local/go
COPY --from=tools /out/ /usr/local/bin/

USER mamba
ENV PATH=/home/mamba/mambamixer/bin:/usr/local/go/bin:$PATH \
    GOTOOLCHAIN=local
RUN mkdir -p /home/mamba/mambamixer /home/mamba/.local/share/mambamixer
WORKDIR /home/mamba/mambamixer

# What changes seldom comes first: modules, then the XLA plugin, then the project.
COPY --chown=mamba go.mod go.sum ./
RUN go mod download
COPY --chown=mamba internal/backend internal/backend
COPY --chown=mamba internal/setup internal/setup
RUN go run ./internal/setup
COPY --chown=mamba . .
# The doctor stops the build unless a graph runs on XLA.
RUN make build && GOMLX_BACKEND=xla:cpu mambamixer doctor

# Jupyter offers the kernel, whose cells import this folder's packages, offline and at the versions of its go.mod.
RUN mambamixer kernel install
ENV GOMLX_NO_AUTO_INSTALL=1

EXPOSE 8888
CMD ["jupyter", "lab", "--ip=0.0.0.0", "--port=8888", "--no-browser", "--MultiKernelManager.default_kernel_name=mambamixer"]
