#ifndef MAMBAMIXER_FUSED_INSTALL_H
#define MAMBAMIXER_FUSED_INSTALL_H

#include "abi.h"

// mambamixer_install registers the handlers with the loaded plugin and hooks its compile function. It returns NULL, or
// why it can't. It must be called once per process.
const char *mambamixer_install(const char *plugin_path);

XlaError *mambamixer_scan_forward(XlaCallFrame *frame);
XlaError *mambamixer_scan_backward(XlaCallFrame *frame);
XlaError *mambamixer_conv_forward(XlaCallFrame *frame);
XlaError *mambamixer_conv_backward(XlaCallFrame *frame);

#endif
