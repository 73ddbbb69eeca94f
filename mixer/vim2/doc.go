// Package vim2 is the vision model of the MambaMixer paper (ViM2, section 4) as a graph function.
package vim2
