#include "install.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "_cgo_export.h"

static PjrtCompile original_compile;

// compile_with_calls hands the program to XLA with our marked function calls replaced by custom calls.
static PjrtError *compile_with_calls(PjrtCompileArgs *args) {
  const PjrtProgram *program = args->program;
  if (program->format_size != 4 || memcmp(program->format, "mlir", 4) != 0) return original_compile(args);
  size_t size = 0;
  char *code = mambamixerRewrite(program->code, program->code_size, &size);
  if (code == NULL) return original_compile(args);
  PjrtProgram rewritten = *program;
  rewritten.code = code;
  rewritten.code_size = size;
  args->program = &rewritten;
  PjrtError *error = original_compile(args);
  args->program = program;
  free(code);
  return error;
}

static PjrtFfiExtension *find_ffi(PjrtApi *api) {
  for (PjrtExtension *e = api->extensions; e != NULL; e = e->next)
    if (e->type == kPjrtExtensionFfi && e->struct_size >= sizeof(PjrtFfiExtension)) return (PjrtFfiExtension *)e;
  return NULL;
}

static const char *register_handler(PjrtFfiExtension *ffi, const char *name, XlaHandler handler) {
  PjrtRegisterHandlerArgs args = {
      .struct_size = offsetof(PjrtRegisterHandlerArgs, traits) + sizeof(args.traits),
      .target_name = name,
      .target_name_size = strlen(name),
      .handler = (void *)handler,
      .platform_name = "Host",
      .platform_name_size = 4,
  };
  return ffi->register_handler(&args) == NULL ? NULL : "the plugin refused to register a custom call";
}

// replace_compile puts our function into the table, which may lie in a page that was made read-only after loading.
static const char *replace_compile(PjrtApi *api) {
  void **slot = &api->functions[kPjrtCompileIndex];
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  uintptr_t start = (uintptr_t)slot & ~(page - 1);
  if (mprotect((void *)start, page, PROT_READ | PROT_WRITE) != 0) return "the plugin's function table can't be written";
  original_compile = (PjrtCompile)*slot;
  *slot = (void *)compile_with_calls;
  return NULL;
}

const char *mambamixer_install(const char *plugin_path) {
  void *library = dlopen(plugin_path, RTLD_LAZY | RTLD_LOCAL | RTLD_NOLOAD);
  if (library == NULL) return "the plugin isn't loaded from its path";
  PjrtApi *(*get_api)(void) = (PjrtApi * (*)(void)) dlsym(library, "GetPjrtApi");
  if (get_api == NULL) return "the plugin has no GetPjrtApi";
  PjrtApi *api = get_api();
  if (api == NULL || api->version.major != 0 || api->struct_size < sizeof(PjrtApi)) return "the plugin speaks another version of PJRT";
  PjrtFfiExtension *ffi = find_ffi(api);
  if (ffi == NULL) return "the plugin has no FFI extension";
  const struct { const char *name; XlaHandler handler; } handlers[] = {
      {"mambamixer_scan_forward", mambamixer_scan_forward},
      {"mambamixer_scan_backward", mambamixer_scan_backward},
      {"mambamixer_conv_forward", mambamixer_conv_forward},
      {"mambamixer_conv_backward", mambamixer_conv_backward},
  };
  const char *error = NULL;
  for (size_t i = 0; error == NULL && i < sizeof handlers / sizeof *handlers; i++)
    error = register_handler(ffi, handlers[i].name, handlers[i].handler);
  if (error == NULL) error = replace_compile(api);
  return error;
}
