// The parts of two binary interfaces that this package uses, declared from their published layouts: the PJRT C API
// (major version 0), through which a plugin is driven, and XLA's typed FFI, through which XLA calls a handler.
// Every structure begins with its size and a chain of extensions, so that either side can tell what the other knows.
#ifndef MAMBAMIXER_FUSED_ABI_H
#define MAMBAMIXER_FUSED_ABI_H

#include <stddef.h>
#include <stdint.h>

// PJRT.

typedef struct PjrtError PjrtError;

typedef struct PjrtExtension {
  size_t struct_size;
  int32_t type;
  struct PjrtExtension *next;
} PjrtExtension;

typedef struct {
  size_t struct_size;
  PjrtExtension *extensions;
  int32_t major, minor;
} PjrtVersion;

typedef struct {
  size_t struct_size;
  PjrtExtension *extensions;
  char *code;
  size_t code_size;
  const char *format;
  size_t format_size;
} PjrtProgram;

typedef struct {
  size_t struct_size;
  PjrtExtension *extensions;
  void *client;
  const PjrtProgram *program;
  const char *options;
  size_t options_size;
  void *executable; // out
} PjrtCompileArgs;

typedef PjrtError *(*PjrtCompile)(PjrtCompileArgs *);

typedef struct {
  size_t struct_size;
  const char *target_name;
  size_t target_name_size;
  void *handler;
  const char *platform_name;
  size_t platform_name_size;
  int32_t traits;
} PjrtRegisterHandlerArgs;

typedef struct {
  PjrtExtension base;
  void *type_register;
  void *user_data_add;
  PjrtError *(*register_handler)(PjrtRegisterHandlerArgs *);
} PjrtFfiExtension;

enum { kPjrtExtensionFfi = 5 };

// The function table up to PJRT_Client_Compile, the 21st function.
enum { kPjrtCompileIndex = 20 };

typedef struct {
  size_t struct_size;
  PjrtExtension *extensions;
  PjrtVersion version;
  void *functions[kPjrtCompileIndex + 1];
} PjrtApi;

// XLA FFI.

typedef struct XlaError XlaError;
typedef struct XlaApi XlaApi;

typedef struct XlaExtension {
  size_t struct_size;
  int32_t type;
  struct XlaExtension *next;
} XlaExtension;

typedef struct {
  size_t struct_size;
  XlaExtension *extensions;
  int32_t major, minor;
} XlaVersion;

enum { kXlaExtensionMetadata = 1 };

typedef struct {
  size_t struct_size;
  XlaVersion version;
  uint32_t traits;
} XlaMetadata;

typedef struct {
  XlaExtension base;
  XlaMetadata *metadata;
} XlaMetadataExtension;

typedef struct {
  size_t struct_size;
  XlaExtension *extensions;
  int32_t dtype;
  void *data;
  int64_t rank;
  int64_t *dims;
} XlaBuffer;

typedef struct {
  size_t struct_size;
  XlaExtension *extensions;
  int64_t size;
  int32_t *types;
  XlaBuffer **buffers;
} XlaBuffers; // arguments or results

typedef struct {
  size_t struct_size;
  XlaExtension *extensions;
  const XlaApi *api;
  void *context;
  int32_t stage;
  XlaBuffers args, rets;
} XlaCallFrame; // up to what is read here

typedef XlaError *(*XlaHandler)(XlaCallFrame *);

#endif
