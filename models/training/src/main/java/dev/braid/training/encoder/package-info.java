/** One network for each kind of modality, from featurized rows to embeddings. Knows no scene. */
@NullMarked
package dev.braid.training.encoder;

import org.jspecify.annotations.NullMarked;
