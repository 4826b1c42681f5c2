/**
 * The demo: the shipped bundle on a simulated plant, held to the simulator's truth. Knows no
 * command line and no engine.
 */
@NullMarked
package dev.braid.pipelines.demo;

import org.jspecify.annotations.NullMarked;
