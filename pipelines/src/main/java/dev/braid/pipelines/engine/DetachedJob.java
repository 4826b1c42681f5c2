package dev.braid.pipelines.engine;

/**
 * A job that was left alone on a cluster.
 *
 * @param id what the cluster calls it
 * @param url the page that shows it
 */
public record DetachedJob(String id, String url) {}
