/**
 * Holds a bundle's answers to the truth of a labelled data set. Knows no stream: it serves the
 * models itself, scene by scene.
 */
@NullMarked
package dev.braid.pipelines.evaluate;

import org.jspecify.annotations.NullMarked;
