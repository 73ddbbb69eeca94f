// Package e2e is a test of notebooks as a user sees them: JupyterLab in a browser, with the real kernel. `make e2e` runs
// it; without the flag -lab, which names an environment that has JupyterLab, it is skipped.
//
// The notebooks are copied first, and JupyterLab has its configuration, its data and the folder of runs in a temporary
// folder, so that the test changes nothing and meets nothing that a user has set.
package e2e
